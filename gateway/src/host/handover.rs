//! How a running process gives its listening sockets to the one that takes its place.
//!
//! The successor asks at a Unix socket in a folder that only its user can enter, and is given the sockets themselves, so
//! that a connection that waits to be accepted waits on. It says that it is ready once it accepts; only then does the
//! predecessor stop. Whatever goes wrong before, the predecessor goes on as if nobody had asked.

mod directory;
mod predecessor;
mod successor;
mod wire;

pub use directory::{DirectoryError, RunDirectory};
pub use predecessor::{Place, PlaceError, Succession};
pub use successor::{AskError, Inherited};

pub(super) use predecessor::{Estate, HandOver};
