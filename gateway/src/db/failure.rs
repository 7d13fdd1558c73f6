//! Why the database gave no answer, by what it means for the request.

pub(super) mod classify;

use std::{error::Error, fmt::Write, iter::successors, time::Duration};

use deadpool_postgres::PoolError;
use tokio_postgres::error::{DbError, SqlState};
use tracing::{debug, error, warn};

use super::DatabaseProblem;
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

impl Meaning {
    /// In the order of declaration: `as usize` is the place in this list.
    pub const ALL: [Self; 5] =
        [Self::Unavailable, Self::Conflict, Self::Quota, Self::Credentials, Self::Ours];

    pub fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Conflict => "conflict",
            Self::Quota => "quota",
            Self::Credentials => "credentials",
            Self::Ours => "ours",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum DatabaseFailure {
    #[error("get a connection")]
    Pool(#[from] PoolError),
    #[error("run a statement")]
    Statement(#[source] tokio_postgres::Error),
    /// A service may have an answer to this. The transaction is broken: the answer is all that is left to do.
    #[error("store what is there already, by `{constraint}`")]
    Unique { constraint: String, source: tokio_postgres::Error },
    #[error("read the column `{column}`")]
    Column { column: &'static str, source: tokio_postgres::Error },
    #[error("get back the row that was written")]
    NoRow,
    #[error("wait for the database longer than the request may take")]
    Late,
    /// The client's doing, or the handler's.
    #[error("ask the database after the request's time was over")]
    Over,
    #[error("ask a database that is away")]
    Away { retry_after: Duration },
    #[error("find a place among those who wait for the database")]
    Crowded { retry_after: Duration },
    /// Refused before it was sent.
    #[error("send something that is no statement, or one that writes where only reading was asked for")]
    NotAStatement,
}

impl From<tokio_postgres::Error> for DatabaseFailure {
    fn from(source: tokio_postgres::Error) -> Self {
        let violated = source.as_db_error().filter(|answer| *answer.code() == SqlState::UNIQUE_VIOLATION);
        match violated.map(|answer| answer.constraint().unwrap_or_default().to_owned()) {
            Some(constraint) => Self::Unique { constraint, source },
            None => Self::Statement(source),
        }
    }
}

impl DatabaseFailure {
    fn source(&self) -> Option<&tokio_postgres::Error> {
        match self {
            Self::Pool(PoolError::Backend(error)) | Self::Statement(error) => Some(error),
            Self::Column { source, .. } | Self::Unique { source, .. } => Some(source),
            Self::Pool(_)
            | Self::NoRow
            | Self::Late
            | Self::Over
            | Self::NotAStatement
            | Self::Away { .. }
            | Self::Crowded { .. } => None,
        }
    }

    pub(super) fn code(&self) -> Option<&SqlState> {
        self.source().and_then(tokio_postgres::Error::code)
    }

    pub fn meaning(&self) -> Meaning {
        match self {
            Self::Statement(error) => classify::statement(error),
            Self::Pool(PoolError::Backend(error)) => classify::connecting(error),
            Self::Pool(PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_)) => Meaning::Ours,
            Self::Pool(PoolError::Timeout(_) | PoolError::Closed)
            | Self::Late
            | Self::Over
            | Self::Away { .. }
            | Self::Crowded { .. } => Meaning::Unavailable,
            Self::Unique { .. } | Self::Column { .. } | Self::NoRow | Self::NotAStatement => Meaning::Ours,
        }
    }

    /// For the log, with what caused it: by itself a failure says only what was being done.
    pub fn told(&self) -> String {
        match (self, self.source().and_then(tokio_postgres::Error::as_db_error)) {
            (Self::Pool(error), answer) => format!("{self}: {}", without_names(error, answer)),
            (_, Some(answer)) => format!("{self}: {}", without_rows(answer)),
            (_, None) => with_causes(self),
        }
    }

    fn retry_after(&self) -> Duration {
        match self {
            Self::Away { retry_after } | Self::Crowded { retry_after } => *retry_after,
            Self::Pool(_)
            | Self::Statement(_)
            | Self::Unique { .. }
            | Self::Column { .. }
            | Self::NoRow
            | Self::NotAStatement
            | Self::Late
            | Self::Over => RETRY_AFTER,
        }
    }

    /// Nobody was asked: the metrics count these, and a line each would be a flood.
    fn is_own_doing(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::Crowded { .. })
    }
}

/// Logged here, once: what the client sees has no detail.
impl From<DatabaseFailure> for Failure {
    fn from(failure: DatabaseFailure) -> Self {
        if matches!(failure, DatabaseFailure::Over) {
            debug!("a request's time was over before the database was asked");
            return Self::Late;
        }
        let (meaning, retry_after) = (failure.meaning(), failure.retry_after());
        let is_own_doing = failure.is_own_doing();
        let error = failure.told();
        match meaning {
            Meaning::Ours => {
                error!(error, "database refused a statement");
                Self::Internal
            }
            Meaning::Conflict => {
                // The unit is run again: whoever gives up tells of it.
                debug!(error, "two transactions stood in each other's way");
                Self::Unavailable(retry_after)
            }
            Meaning::Unavailable | Meaning::Quota | Meaning::Credentials => {
                if is_own_doing {
                    debug!(error, "database was not asked");
                } else {
                    warn!(error, meaning = meaning.name(), "database cannot be used");
                }
                Self::Unavailable(retry_after)
            }
        }
    }
}

/// In our own words: those of the server name the role and the database of the URL.
fn without_names(error: &PoolError, answer: Option<&DbError>) -> String {
    match (DatabaseProblem::of(error), answer) {
        (problem, Some(answer)) => format!("{problem} (SQLSTATE {})", answer.code().code()),
        (DatabaseProblem::Other, None) => with_causes(error),
        (problem, None) => problem.to_string(),
    }
}

fn with_causes(error: &dyn Error) -> String {
    let causes = successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
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
