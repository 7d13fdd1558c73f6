//! What happens while a schema is changed, told as it happens to whoever shows it.

use std::time::Duration;

use super::{
    file::{Direction, Migration},
    lock::Holder,
};

/// Called from wherever the work is; must not wait.
pub type Watch<'a> = &'a (dyn Fn(Event<'_>) + Send + Sync);

#[derive(Clone, Copy)]
pub enum Event<'a> {
    /// Somebody else has the lock.
    Waiting(Option<&'a Holder>),
    /// What will be taken back, the newest first; nothing was begun.
    GoingBack(&'a [&'a Migration]),
    Began {
        migration: &'a Migration,
        direction: Direction,
    },
    /// One statement of several; they count from 1.
    Statement {
        migration: &'a Migration,
        number: usize,
        of: usize,
    },
    /// A table was in use for too long: everything of this step was rolled back, and is tried again.
    Retrying {
        migration: &'a Migration,
        after: Duration,
    },
    Ended {
        migration: &'a Migration,
        direction: Direction,
        took: Duration,
    },
}
