//! Runs one script inside a transaction that is open, statement by statement, so that a failure names its line.

use tokio_postgres::Client;

use super::{
    failure::{MigrateError, Refusal, is_lock_timeout},
    file::{Direction, Migration},
    piece::{Piece, pieces},
};

/// One direction of one migration.
#[derive(Clone, Copy)]
pub(super) struct Running<'a> {
    pub(super) migration: &'a Migration,
    pub(super) direction: Direction,
}

impl Running<'_> {
    pub(super) async fn script(&self, client: &Client) -> Result<(), MigrateError> {
        for piece in pieces(self.migration.script(self.direction)) {
            if let Err(error) = client.batch_execute(&piece.sql).await {
                return Err(self.refused(&piece, &error));
            }
        }
        // A script may have taken another role, which need not be let into what the gateway writes down.
        Ok(client.batch_execute("RESET SESSION AUTHORIZATION; RESET ROLE").await?)
    }

    /// What was deferred until now may still be refused.
    pub(super) async fn commit(&self, client: &Client) -> Result<(), MigrateError> {
        let whole = || Piece { sql: String::new(), start: 0 };
        client.batch_execute("COMMIT").await.map_err(|error| self.refused(&whole(), &error))
    }

    fn refused(&self, piece: &Piece, error: &tokio_postgres::Error) -> MigrateError {
        if is_lock_timeout(error) {
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
