//! What was counted of the database: failures by meaning, refusals by reason, probes and connections by result.

use std::sync::atomic::{AtomicU64, Ordering};

use super::super::Meaning;

/// Why a request for the database was turned away without an answer from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Open,
    Shed,
    Wait,
}

impl Refused {
    pub const ALL: [Self; 3] = [Self::Open, Self::Shed, Self::Wait];

    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Shed => "shed",
            Self::Wait => "wait",
        }
    }
}

#[derive(Debug, Default)]
pub(in crate::db) struct Counters {
    failures: [AtomicU64; Meaning::ALL.len()],
    refused: [AtomicU64; Refused::ALL.len()],
    probes: [AtomicU64; 2],
    connects: [AtomicU64; 2],
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub failures: [(Meaning, u64); Meaning::ALL.len()],
    pub refused: [(Refused, u64); Refused::ALL.len()],
    pub probes: [(&'static str, u64); 2],
    pub connects: [(&'static str, u64); 2],
}

impl Counters {
    pub(super) fn failed(&self, meaning: Meaning) {
        self.failures[meaning as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn refused(&self, reason: Refused) {
        self.refused[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn probed(&self, good: bool) {
        self.probes[usize::from(good)].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn connected(&self, good: bool) {
        self.connects[usize::from(good)].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Counted {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let results = |counters: &[AtomicU64; 2]| [("bad", read(&counters[0])), ("good", read(&counters[1]))];
        Counted {
            failures: Meaning::ALL.map(|meaning| (meaning, read(&self.failures[meaning as usize]))),
            refused: Refused::ALL.map(|reason| (reason, read(&self.refused[reason as usize]))),
            probes: results(&self.probes),
            connects: results(&self.connects),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_stands_at_its_place_in_its_list() {
        assert!(Refused::ALL.iter().enumerate().all(|(at, value)| *value as usize == at));
        assert!(Meaning::ALL.iter().enumerate().all(|(at, value)| *value as usize == at));
    }
}
