//! What the process was told when it started: the only reader of the environment and of `.env`.

pub mod mistakes;
pub mod document;
