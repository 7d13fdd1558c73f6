//! How many requests may be sent a second time: a fifth of those of the last ten seconds, so that a legacy in trouble
//! is not given more to do.

use std::time::Instant;

const SECONDS: usize = 10;
/// One retry for so many requests.
const SHARE: u64 = 5;
/// A quiet gateway has few requests to take a share of.
const LEAST: u64 = 10;

#[derive(Clone, Copy, Default)]
struct Second {
    number: u64,
    requests: u64,
    retries: u64,
}

/// Counts by the second since it began.
pub(super) struct Budget {
    began: Instant,
    seconds: [Second; SECONDS],
}

impl Budget {
    pub(super) fn new(now: Instant) -> Self {
        Self { began: now, seconds: [Second::default(); SECONDS] }
    }

    pub(super) fn asked(&mut self, now: Instant) {
        self.second(now).requests += 1;
    }

    /// Whether one more may be sent again; if so, it counts.
    pub(super) fn allows(&mut self, now: Instant) -> bool {
        let oldest = (now - self.began).as_secs().saturating_sub(SECONDS as u64 - 1);
        let (mut requests, mut retries) = (0, 0);
        for second in self.seconds.iter().filter(|second| second.number >= oldest) {
            requests += second.requests;
            retries += second.retries;
        }
        let allowed = retries < LEAST.max(requests / SHARE);
        if allowed {
            self.second(now).retries += 1;
        }
        allowed
    }

    fn second(&mut self, now: Instant) -> &mut Second {
        let number = (now - self.began).as_secs();
        let second = &mut self.seconds[usize::try_from(number).unwrap_or(0) % SECONDS];
        if second.number != number {
            *second = Second { number, ..Second::default() };
        }
        second
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_quiet_gateway_may_repeat_a_few() {
        let now = Instant::now();
        let mut budget = Budget::new(now);
        assert_eq!((0..100).filter(|_| budget.allows(now)).count(), 10);
        let later = now + Duration::from_secs(9);
        assert!(!budget.allows(later), "the window has not passed");
        assert!(budget.allows(now + Duration::from_secs(10)));
    }

    #[test]
    fn a_busy_one_may_repeat_a_fifth() {
        let now = Instant::now();
        let mut budget = Budget::new(now);
        (0..1000).for_each(|_| budget.asked(now));
        assert_eq!((0..1000).filter(|_| budget.allows(now)).count(), 200);
    }

    proptest! {
        #[test]
        fn never_more_than_the_share_in_any_window(
            history in proptest::collection::vec((0..700_u64, any::<bool>()), 1..600),
        ) {
            let began = Instant::now();
            let mut budget = Budget::new(began);
            let mut at = Duration::ZERO;
            let (mut requests, mut retries) = (Vec::new(), Vec::new());
            for (pause, is_retry) in history {
                at += Duration::from_millis(pause);
                if !is_retry {
                    budget.asked(began + at);
                    requests.push(at.as_secs());
                } else if budget.allows(began + at) {
                    retries.push(at.as_secs());
                    let within = |seconds: &[u64]| {
                        seconds.iter().filter(|second| **second + 10 > at.as_secs()).count()
                    };
                    let (asked, again) = (within(&requests), within(&retries));
                    prop_assert!(again <= 10.max(asked / 5), "{again} retries of {asked} requests");
                }
            }
        }
    }
}
