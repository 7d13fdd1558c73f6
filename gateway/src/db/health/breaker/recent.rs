//! Whether the last outcomes speak against the database: several in a row, or half of many in a short time.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

const IN_A_ROW: u32 = 5;
const MANY: usize = 20;
const SHORT: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct Recent {
    outcomes: VecDeque<(Instant, bool)>,
    in_a_row: u32,
}

impl Recent {
    pub(super) fn good(&mut self, now: Instant) {
        self.in_a_row = 0;
        self.push(now, true);
    }

    /// One that others contradict, by having worked meanwhile, counts only among the many.
    pub(super) fn bad(&mut self, is_contradicted: bool, now: Instant) {
        if !is_contradicted {
            self.in_a_row += 1;
        }
        self.push(now, false);
    }

    /// A statement worked; what becomes of its request is not known yet.
    pub(super) fn end_row(&mut self) {
        self.in_a_row = 0;
    }

    pub(super) fn speak_against(&self, now: Instant) -> bool {
        self.in_a_row >= IN_A_ROW || self.half_failed(now)
    }

    fn half_failed(&self, now: Instant) -> bool {
        let is_fresh = self.outcomes.front().is_some_and(|(at, _)| now.duration_since(*at) <= SHORT);
        let bad = self.outcomes.iter().filter(|(_, good)| !good).count();
        is_fresh && self.outcomes.len() == MANY && bad * 2 >= MANY
    }

    fn push(&mut self, now: Instant, good: bool) {
        if self.outcomes.len() == MANY {
            self.outcomes.pop_front();
        }
        self.outcomes.push_back((now, good));
    }
}
