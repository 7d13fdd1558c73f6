//! Who a request comes from: tokens in, and the headers nobody outside may set.

mod bearer;
mod cache;
mod claims;
pub mod issue;
pub mod keys;
mod lookup;
mod problem;
pub mod trust;
pub mod user;
mod verified;
mod verify;

pub use bearer::{Presented, Schemes};
pub use cache::CacheFigures;
pub use lookup::{Lookup, NotFound};
pub use problem::{BadToken, TokenProblem};
pub use verified::{IssuedBy, Principal, Subject, Verified};
pub use verify::{Accepted, LegacyTokens, OwnTokens, Verifier, install_provider};
