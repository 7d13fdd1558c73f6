//! The engine's steps on the scratch database, and a connection of our own to look at what they did.

use tokio_postgres::Client;

use super::{
    Request,
    verdict::{Stage, Verdict},
};
use crate::{
    db::url::DatabaseUrl,
    migrate::{
        engine::{Back, Engine},
        file::Migration,
        header::Reversible,
        lock::Patience,
        session::Session,
    },
};

pub(super) struct Steps<'a> {
    engine: Engine<'a>,
    session: Session,
}

impl<'a> Steps<'a> {
    pub(super) fn new(url: &'a DatabaseUrl, request: &Request<'a>, session: Session) -> Self {
        let engine =
            Engine { url, folder: request.folder, patience: Patience::default(), watch: request.watch };
        Self { engine, session }
    }

    pub(super) fn client(&self) -> &Client {
        self.session.client()
    }

    pub(super) async fn up(&self, migration: &Migration) -> Result<(), String> {
        self.engine.up(Some(migration.version)).await.map(drop).map_err(|error| error.to_string())
    }

    /// Nobody will miss what a lossy one loses here.
    pub(super) async fn down(&self, migration: &Migration) -> Result<(), String> {
        let is_lossy = migration.header.reversible == Reversible::Lossy;
        self.engine.down(Back::Steps(1), is_lossy).await.map(drop).map_err(|error| error.to_string())
    }

    /// On the way to one that is asked for: a verdict only when it fails.
    pub(super) async fn pass(&self, migration: &Migration) -> Verdict {
        let mut verdict = Verdict::of(migration);
        if let Err(error) = self.up(migration).await {
            verdict.failed(Stage::Up, error);
        }
        verdict
    }

    pub(super) async fn close(self) -> anyhow::Result<()> {
        Ok(self.session.close().await?)
    }
}
