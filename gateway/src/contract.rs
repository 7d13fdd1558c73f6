//! What FastAPI promises a client, kept by every answer that the gateway makes itself.
//!
//! Status codes and bodies of errors stand here and nowhere else.

pub mod asker;
pub mod column;
pub mod cors;
mod failure;
mod gzip;
pub mod json;
pub mod lax;
pub mod middleware;
pub mod path;
pub mod profile;
pub mod python;
pub mod request;
mod validation;
mod vary;

pub use failure::{Contract, Failure};
pub use validation::Errors;
