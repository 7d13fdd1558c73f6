//! Everything that can be seen from outside: field and label names live here.

pub mod access;
pub mod client;
pub mod error;
pub mod fingerprint;
pub mod labels;
pub mod lines;
pub mod log;
pub mod metrics;
pub mod names;
