//! The one transaction that a native request runs in.

use deadpool_postgres::{Object, Pool};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::DatabaseFailure;

/// Below the deadline of a request, so that the server stops before the client is gone.
const BEGIN: &str = "BEGIN; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '5s'";

/// Dropped before its end, it takes its connection with it: a query may still run on that one, and the next user
/// would wait for it.
pub struct UnitOfWork {
    connection: Option<Object>,
}

impl UnitOfWork {
    pub(super) async fn begin(pool: &Pool) -> Result<Self, DatabaseFailure> {
        let unit = Self { connection: Some(pool.get().await?) };
        unit.connection().batch_execute(BEGIN).await?;
        Ok(unit)
    }

    /// One statement, one round trip, nothing left on the server: right through a transaction pooler as well.
    pub async fn query(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, DatabaseFailure> {
        Ok(self.connection().query_typed(sql, params).await?)
    }

    pub(super) async fn commit(mut self) -> Result<(), DatabaseFailure> {
        self.connection().batch_execute("COMMIT").await?;
        // Given back to the pool by its own drop.
        drop(self.connection.take());
        Ok(())
    }

    pub(super) async fn roll_back(mut self) {
        if self.connection().batch_execute("ROLLBACK").await.is_ok() {
            drop(self.connection.take());
        }
    }

    fn connection(&self) -> &Object {
        self.connection.as_ref().expect("it is taken only by what ends the unit")
    }
}

impl Drop for UnitOfWork {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}
