//! Who a request comes from: tokens in, and the headers nobody outside may set.

pub mod audit;
mod bearer;
mod claims;
pub mod issue;
pub mod keys;
pub mod refresh;
pub mod sessions;
pub mod trust;
pub mod user;
mod verified;
mod verify;

pub use bearer::Presented;
pub use verified::{IssuedBy, Principal, Subject, Verified};
pub use verify::{BadToken, TokenProblem, Verifier, install_provider};
