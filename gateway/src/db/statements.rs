//! Single statements outside of any unit of work: for what must not hold a connection while something else takes time.

use tokio::time::Instant;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{Database, DatabaseFailure};

/// Each statement stands for itself, on a connection that it holds no longer than it runs. One that writes several rows
/// does so as a whole or not at all, because it is one statement.
#[derive(Clone)]
pub struct Statements {
    database: Database,
}

impl Statements {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Closes the connections that nobody uses at the moment: the next one who needs one waits for it to be opened.
    pub fn close_idle(&self) {
        self.database.pool.retain(|_, _| false);
    }

    /// One statement, one round trip, stored when this returns. That it failed with a lost connection does not say that
    /// it was not stored: what must not happen twice has to see to that in its text.
    pub async fn run(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
        until: Instant,
    ) -> Result<Vec<Row>, DatabaseFailure> {
        if until <= Instant::now() {
            return Err(DatabaseFailure::Over);
        }
        let lease = self.database.connection(until).await?;
        let rows = lease.run(until, lease.client().query_typed(sql, params)).await;
        lease.give_back();
        rows
    }
}
