//! Who a request comes from: tokens in, and the headers nobody outside may set.

pub mod access;
pub mod audit;
mod bearer;
pub mod breached;
mod claims;
mod client;
pub mod issue;
mod issuer;
pub mod keys;
pub mod refresh;
pub mod password;
mod problem;
pub mod rehash;
pub mod sessions;
pub mod trust;
pub mod user;
pub mod users;
mod verified;
mod verify;

pub use bearer::Presented;
pub use client::Client;
pub(crate) use issuer::Lent;
pub use issuer::{Issuer, Means};
pub use problem::{BadToken, TokenProblem};
pub use verified::{IssuedBy, Principal, Subject, Verified};
pub use verify::{Verifier, install_provider};
