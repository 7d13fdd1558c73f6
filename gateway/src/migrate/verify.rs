//! Proves on a scratch database that every migration can be taken back and made again without losing anything.

pub mod rows;
mod snapshot;
