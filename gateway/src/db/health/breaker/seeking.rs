//! When the prober asks what the server allows: at the start, and again until the server has said it.

use std::time::Duration;

use tokio::time::Instant;

/// A server that has no connection to spare is the one whose bound matters.
const AGAIN: Duration = Duration::from_secs(5);

pub(super) struct Seeking {
    /// Nothing once it is known.
    next: Option<Instant>,
    unsaid: u32,
}

impl Seeking {
    pub(super) fn new(now: Instant) -> Self {
        Self { next: Some(now), unsaid: 0 }
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.next
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    /// It was said. Whether that is news.
    pub(super) fn end(&mut self) -> bool {
        self.next.take().is_some()
    }

    /// After a look: a server that answers and does not say is asked ever more seldom, so that it may sleep.
    pub(super) fn plan(&mut self, has_answered: bool, now: Instant) {
        let Some(next) = &mut self.next else { return };
        *next = now + AGAIN * (1 << self.unsaid.min(10));
        self.unsaid = if has_answered { self.unsaid + 1 } else { 0 };
    }
}
