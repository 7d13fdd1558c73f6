//! How many connections to the legacy there are and were, and how often a request was sent again.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::{instances::InstanceFigures, problem::ConnectProblem};

/// At one moment. A WebSocket, once open, is no longer a connection of the pool's.
pub struct Figures {
    pub idle: usize,
    pub in_use: usize,
    pub opened: u64,
    pub failed: [(ConnectProblem, u64); ConnectProblem::ALL.len()],
    pub retries: [(Repeat, u64); Repeat::ALL.len()],
    /// Requests that would have been sent again, had not too many been already.
    pub over_budget: u64,
    /// None is healthy, so all are used.
    pub fails_open: bool,
    pub instances: Vec<InstanceFigures>,
}

/// Why a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// No connection was to be had.
    Connect,
    /// The connection closed before a byte of it was written.
    Unwritten,
    /// It closed before a byte of the answer, and the request can do nothing twice.
    Unanswered,
}

/// Counted as it happens.
#[derive(Default)]
pub(super) struct Counts {
    opened: AtomicU64,
    failed: [AtomicU64; ConnectProblem::ALL.len()],
    retries: [AtomicU64; Repeat::ALL.len()],
    over_budget: AtomicU64,
}

impl Repeat {
    /// In the order of declaration: `as usize` is the place in this list.
    pub const ALL: [Self; 3] = [Self::Connect, Self::Unwritten, Self::Unanswered];

    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Unwritten => "unwritten",
            Self::Unanswered => "unanswered",
        }
    }
}

impl Counts {
    pub(super) fn opened(&self) {
        self.opened.fetch_add(1, Relaxed);
    }

    pub(super) fn failed(&self, error: &std::io::Error) {
        self.failed[ConnectProblem::of(error) as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn repeated(&self, why: Repeat) {
        self.retries[why as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn over_budget(&self) {
        self.over_budget.fetch_add(1, Relaxed);
    }

    pub(super) fn figures(
        &self,
        idle: usize,
        in_use: usize,
        fails_open: bool,
        instances: Vec<InstanceFigures>,
    ) -> Figures {
        Figures {
            idle,
            in_use,
            opened: self.opened.load(Relaxed),
            failed: ConnectProblem::ALL.map(|problem| (problem, self.failed[problem as usize].load(Relaxed))),
            retries: Repeat::ALL.map(|why| (why, self.retries[why as usize].load(Relaxed))),
            over_budget: self.over_budget.load(Relaxed),
            fails_open,
            instances,
        }
    }
}
