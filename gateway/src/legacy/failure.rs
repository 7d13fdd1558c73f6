//! Why the legacy gave no answer; each way has one answer of its own for the client.

use crate::limits::Limit;

#[derive(Debug, thiserror::Error)]
pub enum LegacyFailure {
    #[error("connect to the legacy")]
    Unreachable(#[source] std::io::Error),
    /// It has as many connections as it may, and none became free.
    #[error("wait for a connection to the legacy")]
    Full,
    #[error("the legacy closed the connection without an answer")]
    NoAnswer(#[source] hyper::Error),
    /// Than the route allows, where no limit is named.
    #[error("the legacy's answer does not begin in time")]
    Late(Option<Limit>),
    #[error("the client's body broke off")]
    ClientBody(#[source] hyper::Error),
    #[error("the body is larger than the route allows")]
    TooLarge,
    #[error("the client's body comes too slowly")]
    TooSlow,
}

impl LegacyFailure {
    /// Of those toward the legacy, which one was met.
    pub fn limit(&self) -> Option<Limit> {
        match self {
            Self::Full => Some(Limit::LegacyConnections),
            Self::Unreachable(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                Some(Limit::LegacyConnect)
            }
            Self::Late(limit) => *limit,
            Self::Unreachable(_)
            | Self::NoAnswer(_)
            | Self::ClientBody(_)
            | Self::TooLarge
            | Self::TooSlow => None,
        }
    }
}
