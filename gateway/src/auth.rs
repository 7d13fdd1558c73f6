//! Who a request comes from: tokens in, and the headers nobody outside may set.

mod bearer;
pub mod breached;
mod claims;
pub mod password;
pub mod rehash;
pub mod trust;
pub mod user;
mod verified;
mod verify;

pub use bearer::Presented;
pub use verified::{IssuedBy, Principal, Subject, Verified};
pub use verify::{BadToken, TokenProblem, Verifier, install_provider};
