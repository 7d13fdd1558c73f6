//! The arithmetic of a rate: the generic cell rate algorithm (ITU-T I.371), which needs one number for each client.
//!
//! The number is when the next request would be on time if all came evenly. One may come before that, by what a burst is
//! worth.

use std::time::Duration;

use crate::limits::Rate;

/// The number after this request, or how long it comes too early. Nanoseconds since any moment that is the same for all.
pub(super) fn admit(due: u64, now: u64, rate: &Rate) -> Result<u64, Duration> {
    let every = nanoseconds(rate.every);
    let all_at_once = every.saturating_mul(u64::from(rate.burst.get()));
    let due = match due.checked_sub(now) {
        // More than this rate ever leaves: of one that was lower before the file changed. Evenly from here on.
        Some(ahead) if ahead > all_at_once => now.saturating_add(all_at_once - every.min(all_at_once)),
        Some(_) => due,
        None => now,
    };
    let next = due.saturating_add(every);
    match next.checked_sub(now.saturating_add(all_at_once)) {
        Some(early) if early > 0 => Err(Duration::from_nanos(early)),
        Some(_) | None => Ok(next),
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::*;
    use crate::limits::Per;

    fn rate(every: u64, burst: u32) -> Rate {
        let burst = NonZeroU32::new(burst).expect("above zero");
        Rate { per: Per::Address, every: Duration::from_nanos(every), burst }
    }

    proptest! {
        /// In no stretch of time more than a burst and what comes evenly; whoever is refused is let in after the wait that
        /// was named, and not a moment before.
        #[test]
        fn no_more_than_the_rate_and_no_less(
            every in 1..1_000_u64,
            burst in 1..20_u32,
            gaps in prop::collection::vec(0..2_000_u64, 1..200),
        ) {
            let rate = rate(every, burst);
            let (mut due, mut now, mut admitted) = (0, 1_000_000, Vec::new());
            for gap in gaps {
                now += gap;
                match admit(due, now, &rate) {
                    Ok(next) => {
                        due = next;
                        admitted.push(now);
                    }
                    Err(wait) => {
                        let wait = u64::try_from(wait.as_nanos()).expect("short");
                        prop_assert!(admit(due, now + wait, &rate).is_ok());
                        prop_assert!(admit(due, now + wait - 1, &rate).is_err());
                    }
                }
            }
            for (at, from) in admitted.iter().enumerate() {
                for (further, to) in admitted[at..].iter().enumerate() {
                    let most = u64::from(burst) + (to - from) / every;
                    prop_assert!((further as u64) < most, "{} within {}", further + 1, to - from);
                }
            }
        }

        #[test]
        fn who_keeps_the_pace_is_never_refused(
            every in 1..1_000_u64,
            burst in 1..20_u32,
            late in prop::collection::vec(0..500_u64, 1..100),
        ) {
            let rate = rate(every, burst);
            let (mut due, mut now) = (0, 5);
            for late in late {
                due = admit(due, now, &rate).expect("on time");
                now += every + late;
            }
        }

        #[test]
        fn no_number_overflows(due in any::<u64>(), now in any::<u64>(), every in any::<u64>(), burst in 1..u32::MAX) {
            let _ = admit(due, now, &rate(every.max(1), burst));
        }
    }

    #[test]
    fn a_burst_comes_at_once_and_then_evenly() {
        let rate = rate(100, 3);
        let mut due = 0;
        for _ in 0..3 {
            due = admit(due, 1_000, &rate).expect("within the burst");
        }
        assert_eq!(admit(due, 1_000, &rate), Err(Duration::from_nanos(100)));
        assert_eq!(admit(due, 1_099, &rate), Err(Duration::from_nanos(1)));
        due = admit(due, 1_100, &rate).expect("one more");
        assert_eq!(admit(due, 1_100, &rate), Err(Duration::from_nanos(100)));
    }

    #[test]
    fn a_rate_that_is_raised_holds_at_once() {
        let due = admit(0, 0, &rate(1_000_000, 1)).expect("the first");
        assert!(admit(due, 10, &rate(1_000_000, 1)).is_err());
        let raised = rate(10, 5);
        let due = admit(due, 10, &raised).expect("what the old rate left is of no account");
        assert_eq!(admit(due, 10, &raised), Err(Duration::from_nanos(10)), "but it is no reason for a burst");
        assert!(admit(due, 20, &raised).is_ok());
    }
}
