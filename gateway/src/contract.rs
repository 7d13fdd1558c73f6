//! What FastAPI promises a client, kept by every answer that the gateway makes itself.
//!
//! Status codes and bodies of errors stand here and nowhere else.

pub mod cors;
mod failure;
pub mod gzip;
mod integer;
pub mod json;
pub mod layer;
pub mod path;
pub mod profile;
pub mod validation;

pub use failure::{Contract, Failure};
