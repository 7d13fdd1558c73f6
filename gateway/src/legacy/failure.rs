//! Why the legacy gave no answer; each way has one answer of its own for the client.

#[derive(Debug, thiserror::Error)]
pub enum LegacyFailure {
    #[error("connect to the legacy")]
    Unreachable(#[source] std::io::Error),
    #[error("the legacy closed the connection without an answer")]
    NoAnswer(#[source] hyper::Error),
    #[error("the legacy's first byte is later than the route allows")]
    Late,
    #[error("the client's body broke off")]
    ClientBody(#[source] hyper::Error),
    #[error("the body is larger than the route allows")]
    TooLarge,
}
