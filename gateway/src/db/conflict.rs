//! Two transactions that stood in each other's way: which may be run again, when, and how often that happened.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep_until};
use tokio_postgres::error::SqlState;

use super::DatabaseFailure;

/// After that many more attempts the rows are too much in demand: waiting is then the client's to do.
const MOST: usize = 3;
/// At random up to these, or the two that met would meet again.
const PAUSES: [Duration; MOST] =
    [Duration::from_millis(15), Duration::from_millis(30), Duration::from_millis(50)];
const SHORTEST: Duration = Duration::from_millis(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    Serialization,
    Deadlock,
}

impl Conflict {
    /// In the order of declaration: `as usize` is the place in this list.
    pub const ALL: [Self; 2] = [Self::Serialization, Self::Deadlock];

    pub(super) fn of(failure: &DatabaseFailure) -> Option<Self> {
        match failure.code() {
            Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE => Some(Self::Serialization),
            Some(code) if *code == SqlState::T_R_DEADLOCK_DETECTED => Some(Self::Deadlock),
            Some(_) | None => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Serialization => "serialization",
            Self::Deadlock => "deadlock",
        }
    }
}

/// How many units were run again, by what they had met; clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct Retries {
    counts: Arc<[AtomicU64; Conflict::ALL.len()]>,
}

impl Retries {
    pub(super) fn figures(&self) -> [(Conflict, u64); Conflict::ALL.len()] {
        Conflict::ALL.map(|conflict| (conflict, self.counts[conflict as usize].load(Ordering::Relaxed)))
    }

    fn count(&self, conflict: Conflict) {
        self.counts[conflict as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// How often one request has been run again.
pub(super) struct Patience {
    deadline: Instant,
    tried: usize,
    retries: Retries,
}

impl Patience {
    pub(super) fn new(deadline: Instant, retries: Retries) -> Self {
        Self { deadline, tried: 0, retries }
    }

    /// Returns when the unit may be run again; false where it may not.
    pub(super) async fn pause(&mut self, conflict: Conflict) -> bool {
        let Some(longest) = PAUSES.get(self.tried) else { return false };
        let jitter = fastrand::u64(millis(SHORTEST)..=millis(*longest));
        let again = Instant::now() + Duration::from_millis(jitter);
        if again >= self.deadline {
            return false;
        }
        sleep_until(again).await;
        self.tried += 1;
        self.retries.count(conflict);
        true
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_conflict_stands_at_its_place_in_the_list() {
        assert!(Conflict::ALL.iter().enumerate().all(|(at, conflict)| *conflict as usize == at));
    }

    #[tokio::test(start_paused = true)]
    async fn patience_is_short_bounded_and_ends_with_the_deadline() {
        let retries = Retries::default();
        let begun = Instant::now();
        let mut patience = Patience::new(begun + Duration::from_secs(1), retries.clone());
        for longest in PAUSES {
            let before = Instant::now();
            assert!(patience.pause(Conflict::Deadlock).await);
            assert!((SHORTEST..=longest + Duration::from_millis(1)).contains(&before.elapsed()));
        }
        assert!(!patience.pause(Conflict::Deadlock).await);
        let mut hasty = Patience::new(Instant::now() + Duration::from_millis(4), retries.clone());
        assert!(!hasty.pause(Conflict::Serialization).await);
        assert_eq!(retries.figures().map(|(_, count)| count), [0, 3]);
    }
}
