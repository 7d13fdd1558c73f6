//! Why no connection to the database can be had, in words that hold no part of its URL.

use std::{error::Error, fmt, io};

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::error::SqlState;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseProblem {
    Refused,
    TimedOut,
    Authentication,
    NoSuchDatabase,
    /// All connections of the pool, or all that the server allows, are in use.
    Busy,
    Other,
}

impl DatabaseProblem {
    pub(super) fn of(error: &PoolError) -> Self {
        match error {
            PoolError::Timeout(TimeoutType::Wait) => Self::Busy,
            PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => Self::TimedOut,
            PoolError::Backend(error) => Self::of_server(error),
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => Self::Other,
        }
    }

    pub(super) fn of_server(error: &tokio_postgres::Error) -> Self {
        match error.code() {
            Some(code)
                if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION]
                    .contains(code) =>
            {
                Self::Authentication
            }
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => Self::NoSuchDatabase,
            Some(code) if *code == SqlState::TOO_MANY_CONNECTIONS => Self::Busy,
            Some(_) => Self::Other,
            None => match error.source().and_then(|source| source.downcast_ref::<io::Error>()) {
                Some(error) if error.kind() == io::ErrorKind::ConnectionRefused => Self::Refused,
                Some(error) if error.kind() == io::ErrorKind::TimedOut => Self::TimedOut,
                Some(_) | None => Self::Other,
            },
        }
    }
}

impl fmt::Display for DatabaseProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Refused => "connection refused",
            Self::TimedOut => "no answer in time",
            Self::Authentication => "authentication failed",
            Self::NoSuchDatabase => "the database does not exist",
            Self::Busy => "all connections are in use",
            Self::Other => "cannot be connected to",
        })
    }
}
