//! What FastAPI promises a client, kept by every answer that the gateway makes itself.
//!
//! Status codes and bodies of errors stand here and nowhere else.

pub mod answer;
pub mod asker;
pub mod column;
pub mod cors;
mod failure;
pub mod field;
mod gzip;
pub mod json;
pub mod login;
pub mod middleware;
pub mod model;
pub mod profile;
pub mod python;
mod rendering;
pub mod request;
pub mod unrouted;
mod unwritten;
pub mod validation;
mod vary;

pub use failure::{Failure, Raised};
pub use rendering::Contract;
pub use unwritten::unwritten;
