//! The user who asks.

mod model;
pub(super) mod router;
mod service;
