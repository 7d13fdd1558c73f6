//! What is taken back at one gateway is refused at every other, also after a restart, and costs an idle database nothing.

mod away;
mod everywhere;
mod legacy_tokens;
mod named;
mod operator;
mod scene;
mod sleep;
mod sockets;

pub(crate) use scene::metric;
