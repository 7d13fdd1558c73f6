//! Why the database gave no answer, by what it means for the request.

use std::time::Duration;

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;
use tracing::{error, warn};

use crate::contract::Failure;

/// A client that comes back after this long finds a restarted server.
const RETRY_AFTER: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
pub enum DatabaseFailure {
    #[error("get a connection")]
    Pool(#[from] PoolError),
    #[error("run a statement")]
    Statement(#[from] tokio_postgres::Error),
    #[error("read the column `{column}`")]
    Column { column: &'static str, source: tokio_postgres::Error },
    #[error("get back the row that was written")]
    NoRow,
}

impl DatabaseFailure {
    fn is_unavailable(&self) -> bool {
        let error = match self {
            Self::Pool(PoolError::Backend(error)) | Self::Statement(error) => error,
            Self::Pool(_) => return true,
            Self::Column { .. } | Self::NoRow => return false,
        };
        match error.code() {
            None => true,
            Some(code) => {
                let text = code.code();
                text.starts_with("08")
                    || text.starts_with("57P")
                    || *code == SqlState::TOO_MANY_CONNECTIONS
                    || *code == SqlState::QUERY_CANCELED
                    || *code == SqlState::LOCK_NOT_AVAILABLE
                    || *code == SqlState::READ_ONLY_SQL_TRANSACTION
                    || matches!(self, Self::Pool(_))
            }
        }
    }
}

/// Logged here, once: what the client sees has no detail.
impl From<DatabaseFailure> for Failure {
    fn from(failure: DatabaseFailure) -> Self {
        let cause = anyhow::Error::from(failure);
        match cause.downcast_ref::<DatabaseFailure>() {
            Some(known) if known.is_unavailable() => {
                warn!(error = format!("{cause:#}"), "database cannot be used");
                Self::Unavailable(RETRY_AFTER)
            }
            _ => {
                error!(error = format!("{cause:#}"), "database refused a statement");
                Self::Internal
            }
        }
    }
}
