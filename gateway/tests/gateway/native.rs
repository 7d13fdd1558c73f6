//! What is answered by Rust: byte for byte what the legacy answers, row for row what it stores.

mod bodies;
mod comments;
mod compressed;
mod decided;
mod differences;
mod failures;
mod generated;
mod owners;
mod pair;
mod pooled;
mod projects;
pub(crate) mod statements;
pub(crate) mod stored;
mod sweep;
mod tags;
mod tasks;
mod users;
mod values;
