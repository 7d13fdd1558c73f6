//! Why the legacy gave no answer; each way has one answer of its own for the client.

#[derive(Debug, thiserror::Error)]
pub enum LegacyFailure {
    #[error("connect to the legacy")]
    Unreachable(#[source] std::io::Error),
    /// It has as many connections as it may, and none became free.
    #[error("wait for a connection to the legacy")]
    Full,
    #[error("the legacy closed the connection without an answer")]
    NoAnswer(#[source] hyper::Error),
    #[error("the legacy's first byte is later than the route allows")]
    Late,
    #[error("the client's body broke off")]
    ClientBody(#[source] hyper::Error),
    #[error("the body is larger than the route allows")]
    TooLarge,
    #[error("the client's body comes too slowly")]
    TooSlow,
}
