//! HTTP/2 to clients: a request is the same to the legacy, the bounds hold, what is malformed is refused.

pub(crate) mod client;
mod bounds;
mod drain;
mod forwarded;
mod frames;
mod load;
mod reading;
mod refused;
