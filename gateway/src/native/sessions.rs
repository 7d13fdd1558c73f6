//! Sessions: refreshed, listed and ended by those whose they are.

mod model;
pub(super) mod router;
mod service;
