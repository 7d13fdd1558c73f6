//! The database that a proof is made on, never the one that was given: a private cluster's, or a copy.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::load;
use crate::{
    db::{
        cluster::{Cluster, ClusterOptions, Durability, Place},
        direct::Direct,
        url::DatabaseUrl,
    },
    migrate::{
        adopt::{Adoption, adopt},
        alembic::{self, Revision},
        session::Session,
    },
};

/// What stands in the scratch database before the first migration.
#[derive(Debug, Clone)]
pub enum Source {
    /// Nothing.
    Empty,
    /// What this SQL makes.
    File(PathBuf),
    /// All that the database has, schema and rows.
    Copy(DatabaseUrl),
}

pub(super) struct Scratch {
    pub(super) url: DatabaseUrl,
    kept: Kept,
}

enum Kept {
    Cluster { _cluster: Cluster },
    Copy { source: DatabaseUrl, name: String },
}

impl Scratch {
    pub(super) async fn make(source: &Source, binaries: Option<&Path>) -> anyhow::Result<Self> {
        match source {
            Source::Copy(url) => Self::copy(url).await,
            Source::Empty => private(binaries).await,
            Source::File(path) => {
                let scratch = private(binaries).await?;
                load::load(&scratch.url, path).await?;
                scratch.take_over().await?;
                Ok(scratch)
            }
        }
    }

    async fn copy(source: &DatabaseUrl) -> anyhow::Result<Self> {
        let name = format!("gateway_verify_{}", uuid::Uuid::new_v4().simple());
        let direct = Direct::open(source, "gateway migrate verify", &[]).await?;
        // Our own connection may stay, any other one is in the way.
        let statement = format!("CREATE DATABASE {name} TEMPLATE {}", quoted(source.database()));
        direct.client.batch_execute(&statement).await.with_context(|| {
            format!(
                "copy `{}`: nobody else may be connected to it, and the role needs CREATEDB",
                source.database()
            )
        })?;
        let url = source.of_database(&name);
        Ok(Self { url, kept: Kept::Copy { source: source.clone(), name } })
    }

    /// A schema of Alembic's is ours here: whether it is ours there, `plan` decides.
    async fn take_over(&self) -> anyhow::Result<()> {
        let session = Session::open(&self.url).await?;
        if let Revision::One { .. } = alembic::revision(session.client()).await? {
            adopt(session.client(), Adoption { freeze: true, accept: false }).await?;
        }
        Ok(session.close().await?)
    }

    /// Call it however the proof went.
    pub(super) async fn remove(self) -> anyhow::Result<()> {
        if let Kept::Copy { source, name } = &self.kept {
            let direct = Direct::open(source, "gateway migrate verify", &[]).await?;
            let statement = format!("DROP DATABASE {name} WITH (FORCE)");
            let remove = || format!("drop the copy `{name}`: do it by hand");
            direct.client.batch_execute(&statement).await.with_context(remove)?;
        }
        Ok(())
    }
}

/// Starting a server blocks, which a thread of its own may.
async fn private(binaries: Option<&Path>) -> anyhow::Result<Scratch> {
    let binaries = binaries.map(Path::to_owned);
    let options = ClusterOptions { binaries, place: Place::Temporary, durability: Durability::None };
    let start = move || {
        let cluster = Cluster::start(&options)?;
        cluster.create_database("scratch", None)?;
        anyhow::Ok(cluster)
    };
    let cluster = tokio::task::spawn_blocking(start).await.context("start a private PostgreSQL")??;
    let url = DatabaseUrl::parse(&cluster.url("scratch"))?;
    Ok(Scratch { url, kept: Kept::Cluster { _cluster: cluster } })
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
