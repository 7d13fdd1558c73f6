//! Why no connection to the database can be had, in words that hold no part of its URL.

use std::{error::Error, fmt, io};

use deadpool_postgres::{PoolError, TimeoutType};
use rustls::CertificateError;
use tokio_postgres::error::SqlState;

use super::{Meaning, failure::classify};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseProblem {
    Refused,
    TimedOut,
    /// Nobody knows the name of its host.
    NoSuchHost,
    Unreachable,
    Authentication,
    NoSuchDatabase,
    /// What TLS shows is not to be trusted.
    Certificate,
    CertificateExpired,
    CertificateName,
    CertificateIssuer,
    NoTls,
    Quota,
    NotLetIn,
    /// All connections that the server allows are in use.
    Busy,
    Starting,
    Other,
}

/// The driver has no kind of its own for it.
const NO_TLS: &str = "server does not support TLS";

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
            Some(code) if *code == SqlState::CANNOT_CONNECT_NOW => Self::Starting,
            Some(_) => Self::meant(classify::connecting(error)),
            None if let Some(fault) = classify::certificate(error) => Self::distrust(fault),
            None if error.source().is_some_and(|source| source.to_string() == NO_TLS) => Self::NoTls,
            None => match error.source().and_then(|source| source.downcast_ref::<io::Error>()) {
                Some(error) if error.kind() == io::ErrorKind::ConnectionRefused => Self::Refused,
                Some(error) if error.kind() == io::ErrorKind::TimedOut => Self::TimedOut,
                Some(error) if is_unreachable(error.kind()) => Self::Unreachable,
                // The library gives the failed look-up no kind of its own.
                Some(error) if error.to_string().starts_with("failed to lookup address") => Self::NoSuchHost,
                Some(_) | None => Self::meant(classify::connecting(error)),
            },
        }
    }

    fn distrust(fault: &CertificateError) -> Self {
        match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::CertificateExpired,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::CertificateName
            }
            CertificateError::UnknownIssuer => Self::CertificateIssuer,
            _ => Self::Certificate,
        }
    }

    /// Where no more is known.
    pub(super) fn meant(meaning: Meaning) -> Self {
        match meaning {
            Meaning::Unavailable | Meaning::Conflict | Meaning::Ours => Self::Other,
            Meaning::Quota => Self::Quota,
            Meaning::Credentials => Self::NotLetIn,
        }
    }
}

fn is_unreachable(kind: io::ErrorKind) -> bool {
    [io::ErrorKind::HostUnreachable, io::ErrorKind::NetworkUnreachable].contains(&kind)
}

impl fmt::Display for DatabaseProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Refused => "connection refused",
            Self::TimedOut => "no answer in time",
            Self::NoSuchHost => "the name of its host does not resolve",
            Self::Unreachable => "no network leads to its host",
            Self::Authentication => "authentication failed",
            Self::NoSuchDatabase => "the database does not exist",
            Self::Certificate => "its certificate is not trusted",
            Self::CertificateExpired => "its certificate has expired",
            Self::CertificateName => "its certificate is for another name",
            Self::CertificateIssuer => "its certificate is from nobody who is trusted",
            Self::NoTls => "it does not offer the TLS that is asked for",
            Self::Quota => "the quota of its plan is used up",
            Self::NotLetIn => "it does not let the gateway in",
            Self::Busy => "all connections are in use",
            Self::Starting => "it is starting up or shutting down",
            Self::Other => "cannot be connected to",
        })
    }
}
