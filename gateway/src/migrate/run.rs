//! Runs one script inside a transaction that is open, statement by statement, so that a failure names its line.

use tokio_postgres::Client;

use super::{
    failure::{MigrateError, Refusal, is_in_use},
    file::{Direction, Migration},
    piece::{Piece, pieces},
};
use crate::config::mistakes::Mistake;

/// One direction of one migration.
#[derive(Clone, Copy)]
pub(super) struct Running<'a> {
    pub(super) migration: &'a Migration,
    pub(super) direction: Direction,
}

impl Running<'_> {
    pub(super) async fn script(&self, client: &Client) -> Result<(), MigrateError> {
        let before = transaction(client).await?;
        for piece in pieces(self.migration.script(self.direction)) {
            if let Err(error) = client.batch_execute(&piece.sql).await {
                return Err(self.refused(&piece, &error));
            }
        }
        // What our parser cannot read may hold a COMMIT.
        if transaction(client).await? != before {
            return Err(self.ended_early());
        }
        // A script may have taken another role, which need not be let into what the gateway writes down.
        Ok(client.batch_execute("RESET SESSION AUTHORIZATION; RESET ROLE").await?)
    }

    fn ended_early(&self) -> MigrateError {
        let path = &self.migration.script(self.direction).path;
        let what =
            "ended the transaction itself: what stands before that is in the database, and in no history";
        let remedy =
            "take that back by hand, remove COMMIT, ROLLBACK and their kin from the file, and run it again";
        MigrateError::Failed(Box::new(Mistake::in_file(path, what, remedy)))
    }

    /// What was deferred until now may still be refused.
    pub(super) async fn commit(&self, client: &Client) -> Result<(), MigrateError> {
        let whole = || Piece { sql: String::new(), start: 0 };
        client.batch_execute("COMMIT").await.map_err(|error| self.refused(&whole(), &error))
    }

    fn refused(&self, piece: &Piece, error: &tokio_postgres::Error) -> MigrateError {
        if is_in_use(error) {
            return MigrateError::InUse { stem: self.migration.stem(), tries: 1 };
        }
        let (migration, direction) = (self.migration, self.direction);
        let remedy =
            "correct the file and run it again: all of it was rolled back, and the database is as it was \
                      before"
                .to_owned();
        Refusal { migration, direction, piece, error, remedy }.error()
    }
}

async fn transaction(client: &Client) -> Result<i64, MigrateError> {
    Ok(client.query_one("SELECT txid_current()", &[]).await?.try_get(0)?)
}
