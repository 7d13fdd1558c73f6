//! What looks at a gateway and a legacy from outside: the sample legacy, processes to start, a client to ask with.

pub mod bench;
pub mod demo;
pub mod gateway_process;
pub mod output;
pub mod postgres;
pub mod recordings;
pub mod sample;
pub mod session;
pub mod soak;

use std::path::{Path, PathBuf};

/// The client that replays recordings, for asking by hand.
pub use gateway::parity::wire as client;

/// The root of the repository that this was built from.
pub fn repository() -> PathBuf {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    member.parent().expect("the manifest stands in a member's directory").to_owned()
}
