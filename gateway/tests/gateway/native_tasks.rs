//! The tasks answered by Rust: byte for byte what the legacy answers, row for row what it stores.

mod bodies;
mod compressed;
mod differences;
mod edges;
mod failures;
mod generated;
mod not_finite;
mod owners;
mod pair;
mod pooled;
mod random_asks;
pub(crate) mod stored;
mod values;
