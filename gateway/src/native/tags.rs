//! Tags of a user, and which tasks carry them.

mod model;
pub(super) mod router;
mod service;
