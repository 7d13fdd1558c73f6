//! Who a request comes from: tokens in, tokens out, and the headers nobody outside may set.

pub mod access;
pub mod administration;
pub mod assembly;
pub mod audit;
mod bearer;
pub mod bridge;
pub mod breached;
mod cache;
mod claims;
mod client;
pub mod enumeration;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
pub mod inspect;
pub mod issue;
mod issuer;
pub mod keys;
mod lookup;
mod membership;
pub mod password;
mod problem;
pub mod refresh;
pub mod rehash;
pub mod revocation;
pub mod sessions;
pub mod throttle;
pub mod trust;
pub mod user;
pub mod users;
mod verified;
mod verify;

pub use bearer::{Presented, Schemes};
pub use cache::CacheFigures;
pub use client::Client;
pub(crate) use issuer::Lent;
pub use issuer::{Issuer, Means};
pub use lookup::{Lookup, NotFound};
pub use membership::Membership;
pub use problem::{BadToken, TokenProblem};
pub use verified::{IssuedBy, Principal, Subject, Verified};
pub use verify::{Accepted, LegacyTokens, OwnTokens, Verifier, install_provider};
