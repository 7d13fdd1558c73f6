//! The schema: files that change it and take the change back, and what has become of them in a database.
//!
//! Nothing here prints: everything found is a value, so that the command line, `run` and tests see the same.

pub mod file;
pub mod folder;
pub mod header;
pub mod statement;
pub mod statements;
pub mod foreign;
pub mod lint;
