//! Why the database gave no answer, by what it means for the request.

use std::{fmt::Write, time::Duration};

use deadpool_postgres::PoolError;
use tokio_postgres::error::{DbError, SqlState};
use tracing::{debug, error, warn};

use super::conflict::Conflict;
use crate::contract::Failure;

/// A client that comes back after this long finds a restarted server.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What a failure means, whichever of its many codes and texts the server chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Away, starting, full, read-only: it may work again soon.
    Unavailable,
    /// A serialization failure or a deadlock: the whole unit may be tried again.
    Conflict,
    /// Out of what the plan allows: no retry helps before a person acts.
    Quota,
    /// Not let in: no retry helps before a person acts.
    Credentials,
    /// A bug of ours, or a schema that is not the one the statement was written for.
    Ours,
}

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
    #[error("wait for the database longer than the request may take")]
    Late,
    /// Refused before it was sent.
    #[error("send something that is no statement, or one that writes where only reading was asked for")]
    NotAStatement,
}

impl DatabaseFailure {
    fn source(&self) -> Option<&tokio_postgres::Error> {
        match self {
            Self::Pool(PoolError::Backend(error)) | Self::Statement(error) => Some(error),
            Self::Column { source, .. } => Some(source),
            Self::Pool(_) | Self::NoRow | Self::Late | Self::NotAStatement => None,
        }
    }

    pub(super) fn code(&self) -> Option<&SqlState> {
        self.source().and_then(tokio_postgres::Error::code)
    }

    pub fn meaning(&self) -> Meaning {
        if Conflict::of(self).is_some() {
            Meaning::Conflict
        } else if self.is_unavailable() {
            Meaning::Unavailable
        } else {
            Meaning::Ours
        }
    }

    /// For the log.
    pub(super) fn told(self) -> String {
        match self.source().and_then(tokio_postgres::Error::as_db_error) {
            Some(answer) => format!("{self}: {}", without_rows(answer)),
            None => format!("{:#}", anyhow::Error::from(self)),
        }
    }

    fn is_unavailable(&self) -> bool {
        let error = match self {
            Self::Pool(PoolError::Backend(error)) | Self::Statement(error) => error,
            Self::Pool(_) | Self::Late => return true,
            Self::Column { .. } | Self::NoRow | Self::NotAStatement => return false,
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
        let (meaning, error) = (failure.meaning(), failure.told());
        match meaning {
            Meaning::Ours => {
                error!(error, "database refused a statement");
                Self::Internal
            }
            Meaning::Conflict => {
                // The unit is run again: whoever gives up tells of it.
                debug!(error, "two transactions stood in each other's way");
                Self::Unavailable(RETRY_AFTER)
            }
            Meaning::Unavailable | Meaning::Quota | Meaning::Credentials => {
                warn!(error, "database cannot be used");
                Self::Unavailable(RETRY_AFTER)
            }
        }
    }
}

/// Without detail, hint and context: there PostgreSQL shows the row it refused, with all that a person wrote in it.
fn without_rows(answer: &DbError) -> String {
    let mut told = format!("SQLSTATE {}: {}", answer.code().code(), answer.message());
    let places =
        [("table", answer.table()), ("column", answer.column()), ("constraint", answer.constraint())];
    for (kind, name) in places {
        // Writing to a string cannot fail.
        let _ = name.map(|name| write!(told, ", {kind} `{name}`"));
    }
    told
}
