//! The one transaction that a native request runs in.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{
    DatabaseFailure, Reading,
    statement::{is_statement, only_reads},
    work::{Grant, Kind, Work},
};
use crate::contract::Failure;

/// Commits when the handler that asked for it succeeds, and leaves nothing behind in every other case.
///
/// There is no other way to one than to be a handler that has it among its arguments:
///
/// ```compile_fail,E0451
/// # use gateway::db::UnitOfWork;
/// let unit = UnitOfWork { work: unreachable!() };
/// ```
///
/// ```compile_fail,E0599
/// # use gateway::db::{Database, UnitOfWork};
/// # async fn handler(database: Database) {
/// let unit = database.unit_of_work().await;
/// # }
/// ```
///
/// It gives nobody the connection, with which a transaction could be ended or left:
///
/// ```compile_fail,E0616
/// # use gateway::db::UnitOfWork;
/// # async fn handler(unit: UnitOfWork) {
/// let work = unit.work;
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # use gateway::db::UnitOfWork;
/// # async fn handler(unit: UnitOfWork) {
/// unit.commit().await;
/// # }
/// ```
///
/// What compiles is this:
///
/// ```
/// # use gateway::{contract::Failure, db::{Reading, UnitOfWork}};
/// async fn handler(unit: UnitOfWork) -> Result<(), Failure> {
///     unit.query("SELECT count(*) FROM tasks", &[]).await?;
///     unit.change("DELETE FROM tasks", &[]).await?;
///     Ok(())
/// }
/// ```
pub struct UnitOfWork {
    work: Arc<Work>,
}

impl UnitOfWork {
    /// Runs a statement that writes, or that locks what it reads.
    pub async fn change(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, DatabaseFailure> {
        self.work.run(sql, params, is_statement).await
    }
}

impl Reading for UnitOfWork {
    async fn query(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, DatabaseFailure> {
        self.work.run(sql, params, only_reads).await
    }
}

impl<S: Sync> FromRequestParts<S> for UnitOfWork {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self { work: Grant::take(parts, Kind::Unit)? })
    }
}
