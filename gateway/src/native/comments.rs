//! Comments on the tasks of a user.

mod model;
pub(super) mod router;
mod service;
