//! Whether the database may be asked now: what came of the last statements decides it.

use super::{DatabaseFailure, Meaning};

/// A handle; clones share one judgement.
#[derive(Clone, Default)]
pub(super) struct Health {}

/// One of the bounded places in front of the pool; dropping it makes room.
pub(super) struct Place {}

impl Health {
    /// A place, or why the database is not asked and when to come back.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "everybody is let in so far")]
    pub(super) fn admit(&self) -> Result<Place, DatabaseFailure> {
        Ok(Place {})
    }

    /// The server answered: a result, or a refusal that shows it at work.
    #[expect(clippy::unused_self, reason = "everybody is let in so far")]
    pub(super) fn worked(&self) {}

    #[expect(clippy::unused_self, reason = "everybody is let in so far")]
    pub(super) fn failed(&self, _meaning: Meaning) {}
}
