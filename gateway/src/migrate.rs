//! The schema: files that change it and take the change back, and what has become of them in a database.
//!
//! Nothing here prints: everything found is a value, so that the command line, `run` and tests see the same.

pub mod file;
pub mod header;
pub mod folder;
pub mod statements;
pub mod statement;
pub mod foreign;
mod boundary;
pub mod lint;
pub mod new;
pub mod session;
pub mod lock;
pub mod watch;
pub mod history;
mod bookkeeping;
pub mod standing;
mod conflict;
pub mod plan;
pub mod engine;
pub mod fit;
mod namesake;
mod up;
mod down;
mod run;
mod piece;
mod steps;
mod concurrent;
mod retry;
pub mod archive;
pub mod failure;
pub mod catalog;
pub mod alembic;
pub mod baseline;
pub mod difference;
pub mod drift;
mod effect;
pub mod occupied;
pub mod adopt;
pub mod probe_rows;
pub mod verify;
