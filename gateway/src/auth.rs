//! Who a request comes from: tokens in, and the headers nobody outside may set.

mod bearer;
mod claims;
pub mod trust;
pub mod user;
mod verify;

pub use bearer::Presented;
pub use verify::{BadToken, TokenProblem, Verifier, install_provider};

/// The user a verified token names, as the legacy identifies users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub subject: Subject,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    Int(i64),
    Uuid(uuid::Uuid),
    Text(String),
}
