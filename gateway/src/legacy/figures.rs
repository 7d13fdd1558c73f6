//! How many connections to the legacy there are and were.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use super::problem::ConnectProblem;

/// At one moment. A WebSocket, once open, is no longer a connection of the pool's.
pub struct Figures {
    pub idle: usize,
    pub in_use: usize,
    pub opened: u64,
    pub failed: [(ConnectProblem, u64); ConnectProblem::ALL.len()],
}

/// Counted as it happens.
#[derive(Default)]
pub(super) struct Counts {
    in_use: Arc<AtomicUsize>,
    opened: AtomicU64,
    failed: [AtomicU64; ConnectProblem::ALL.len()],
}

/// A connection counts as in use until this is dropped.
pub(super) struct InUse(Arc<AtomicUsize>);

impl Counts {
    pub(super) fn use_one(&self) -> InUse {
        self.in_use.fetch_add(1, Ordering::Relaxed);
        InUse(Arc::clone(&self.in_use))
    }

    pub(super) fn opened(&self) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn failed(&self, error: &std::io::Error) {
        self.failed[ConnectProblem::of(error) as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn figures(&self, idle: usize) -> Figures {
        Figures {
            idle,
            in_use: self.in_use.load(Ordering::Relaxed),
            opened: self.opened.load(Ordering::Relaxed),
            failed: ConnectProblem::ALL
                .map(|problem| (problem, self.failed[problem as usize].load(Ordering::Relaxed))),
        }
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
