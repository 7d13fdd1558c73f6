//! The gateway's public keys, for whoever verifies its tokens.

pub(super) mod router;
mod model;
mod service;
