//! The one transaction that a native request runs in.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{Database, DatabaseFailure, lease::Lease};

/// Below the deadline of a request, so that the server stops before the client is gone.
const BEGIN: &str = "BEGIN; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '5s'";
const DEADLINE: Duration = Duration::from_secs(10);

/// Dropped before its end, it takes its connection with it: a query may still run on that one, and the next user
/// would wait for it.
pub struct UnitOfWork {
    lease: Lease,
    deadline: Instant,
}

impl UnitOfWork {
    pub(super) async fn begin(database: &Database) -> Result<Self, DatabaseFailure> {
        let deadline = Instant::now() + DEADLINE;
        let unit = Self { lease: database.connection(deadline).await?, deadline };
        unit.run(BEGIN).await?;
        Ok(unit)
    }

    /// One statement, one round trip, nothing left on the server: right through a transaction pooler as well.
    pub async fn query(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, DatabaseFailure> {
        self.lease.run(self.deadline, self.lease.client().query_typed(sql, params)).await
    }

    pub(super) async fn commit(self) -> Result<(), DatabaseFailure> {
        self.run("COMMIT").await?;
        self.lease.give_back();
        Ok(())
    }

    pub(super) async fn roll_back(self) {
        if self.run("ROLLBACK").await.is_ok() {
            self.lease.give_back();
        }
    }

    async fn run(&self, sql: &str) -> Result<(), DatabaseFailure> {
        self.lease.run(self.deadline, self.lease.client().batch_execute(sql)).await
    }
}
