//! The one connection that migrations run on, with the lock that lets only one gateway at a time change a schema.

use std::time::Duration;

use tokio_postgres::Client;

use super::{
    failure::MigrateError,
    lock::{self, Patience},
    watch::Watch,
};
use crate::db::{
    direct::{Direct, DirectError, Limit},
    url::DatabaseUrl,
};

/// How long a statement may wait for a lock: whoever comes after it in the queue waits as long.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// A script that needs longer says so itself, with `SET LOCAL statement_timeout`.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(60 * 60);

pub struct Session {
    direct: Direct,
    is_locked: bool,
}

impl Session {
    /// For looking only.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, MigrateError> {
        let limit = |setting, limit: Duration| Limit { setting, milliseconds: limit.as_millis() };
        let limits = [limit("lock_timeout", LOCK_TIMEOUT), limit("statement_timeout", STATEMENT_TIMEOUT)];
        let direct = Direct::open(url, "gateway migrate", &limits).await.map_err(|error| match error {
            DirectError::Away(problem) => MigrateError::Away { place: url.to_string(), problem },
            error => error.into(),
        })?;
        fresh(&direct.client).await?;
        Ok(Self { direct, is_locked: false })
    }

    /// For changing: returns when nobody else may.
    pub async fn open_locked(
        url: &DatabaseUrl,
        patience: Patience,
        watch: Watch<'_>,
    ) -> Result<Self, MigrateError> {
        let mut session = Self::open(url).await?;
        session.lock(patience, watch).await?;
        Ok(session)
    }

    pub(super) async fn lock(&mut self, patience: Patience, watch: Watch<'_>) -> Result<(), MigrateError> {
        lock::take(self.client(), patience, watch).await?;
        self.is_locked = true;
        Ok(())
    }

    pub fn client(&self) -> &Client {
        &self.direct.client
    }

    pub(super) fn client_mut(&mut self) -> &mut Client {
        &mut self.direct.client
    }

    /// Opens a transaction, in which nothing holds that a script before it may have set, and in which a policy that
    /// hides rows is an error: a copy without them would be taken for whole.
    pub(super) async fn begin(&self, lock_timeout: Duration) -> Result<(), MigrateError> {
        fresh(self.client()).await?;
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL row_security = off; SET LOCAL lock_timeout = {}",
            lock_timeout.as_millis()
        );
        Ok(self.client().batch_execute(&begin).await?)
    }

    /// Where this cannot be said, the connection is gone, and the server has rolled back by itself.
    pub(super) async fn roll_back(&self) {
        drop(self.client().batch_execute("ROLLBACK").await);
    }

    /// The lock ends with the connection in any case; that it was still ours is worth knowing.
    pub async fn close(mut self) -> Result<(), MigrateError> {
        if std::mem::take(&mut self.is_locked) {
            lock::give_back(self.client()).await?;
        }
        Ok(())
    }
}

/// Nothing holds that a script before it may have set; and a server that knows how to looks after us while it works:
/// what a process that has died began would otherwise keep its locks until it ends.
pub(super) async fn fresh(client: &Client) -> Result<(), tokio_postgres::Error> {
    client.batch_execute("RESET ALL").await?;
    let watch = "SELECT set_config(name, '2000', false) FROM pg_settings
        WHERE name = 'client_connection_check_interval'";
    // Known since PostgreSQL 14, and not on every system.
    drop(client.batch_execute(watch).await);
    Ok(())
}
