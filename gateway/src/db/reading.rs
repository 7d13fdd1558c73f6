//! Reading from the database, alike in a transaction and outside of one.

use std::{future::Future, sync::Arc};

use axum::extract::FromRequestParts;
use http::request::Parts;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{
    DatabaseFailure,
    statement::only_reads,
    work::{Grant, Granted, Kind, Work},
};
use crate::contract::Failure;

/// What a function asks for that reads and does not care whether others write meanwhile.
pub trait Reading: Sync {
    /// Runs a statement that only reads; any other is refused, whoever asks. That a function of the schema writes is
    /// not seen from the statement that calls it: only a `READ ONLY` transaction refuses it, which a dry run has.
    fn query(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> impl Future<Output = Result<Vec<Row>, DatabaseFailure>> + Send;
}

/// Statements that stand each for itself, one round trip each: for a handler that changes nothing.
///
/// ```
/// # use gateway::{contract::Failure, db::{ReadOnly, Reading}};
/// async fn handler(read_only: ReadOnly) -> Result<(), Failure> {
///     read_only.query("SELECT count(*) FROM tasks", &[]).await?;
///     Ok(())
/// }
/// ```
///
/// It has no way to write, and does not pass for what has one:
///
/// ```compile_fail,E0599
/// # use gateway::db::ReadOnly;
/// # async fn handler(read_only: ReadOnly) {
/// read_only.change("DELETE FROM tasks", &[]).await;
/// # }
/// ```
///
/// ```compile_fail,E0308
/// # use gateway::db::{ReadOnly, UnitOfWork};
/// async fn delete(unit: &UnitOfWork) {}
/// # async fn handler(read_only: ReadOnly) {
/// delete(&read_only).await;
/// # }
/// ```
pub struct ReadOnly {
    work: Arc<Work>,
}

impl Reading for ReadOnly {
    async fn query(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, DatabaseFailure> {
        self.work.run(sql, params, only_reads).await
    }
}

impl<S: Sync> FromRequestParts<S> for ReadOnly {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self { work: Grant::take(parts, Kind::ReadOnly)? })
    }
}

/// What an argument that is read from the database uses: the handler's own unit, which stands before it.
pub struct Beforehand {
    work: Arc<Work>,
}

impl Beforehand {
    pub fn of(parts: &Parts) -> Option<Self> {
        parts.extensions.get::<Granted>().and_then(|Granted(work)| Some(Self { work: work.upgrade()? }))
    }
}

impl Reading for Beforehand {
    async fn query(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, DatabaseFailure> {
        self.work.run(sql, params, only_reads).await
    }
}
