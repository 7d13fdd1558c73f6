//! How long somebody waits after so many wrong passwords in a row: not at all, then one second, and twice as long each time.

use std::time::Duration;

use crate::contract::profile::auth::ThrottleRules;

/// A row is kept longer than that.
const LONGEST: Duration = Duration::from_hours(1);

/// In seconds; the n-th wrong password is followed by the n-th of them, and every later one by the last.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Delays(Vec<f64>);

impl Delays {
    /// `names` is by how many a user is found, each of which is waited for by itself: the longest wait is so many times as
    /// long, so that who waits for all of them comes to no more.
    pub(super) fn of(rules: &ThrottleRules, names: usize) -> Self {
        let names = u32::try_from(names).unwrap_or(u32::MAX).max(1);
        let longest = rules.longest.saturating_mul(names).min(LONGEST).max(rules.longest);
        let mut delays = vec![0.0; usize::try_from(rules.free).unwrap_or(usize::MAX).saturating_sub(1)];
        let mut delay = Duration::from_secs(1);
        while delay < longest {
            delays.push(delay.as_secs_f64());
            delay *= 2;
        }
        delays.push(longest.as_secs_f64());
        Self(delays)
    }

    pub(super) fn seconds(&self) -> &[f64] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn delays(free: u32, longest: u64) -> Vec<f64> {
        let longest = Duration::from_secs(longest);
        Delays::of(&ThrottleRules { free, longest, ..ThrottleRules::default() }, 1).0
    }

    /// How many wrong passwords of an hour come through from one site, when it never waits longer than it must.
    fn of_an_hour(delays: &[f64]) -> usize {
        let (mut time, mut wrong) = (0.0, 0);
        while time < 3600.0 {
            time += delays[wrong.min(delays.len() - 1)];
            wrong += 1;
        }
        wrong
    }

    #[test]
    fn nobody_comes_to_an_accounts_hundred_alone_by_however_many_names() {
        for names in 1..=3 {
            let delays = Delays::of(&ThrottleRules::default(), names).0;
            assert!(names * of_an_hour(&delays) < 100, "{names} {delays:?}");
        }
    }

    #[test]
    fn the_fifth_wrong_password_is_the_first_that_is_waited_after() {
        let expected = [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0];
        assert_eq!(Delays::of(&ThrottleRules::default(), 1).seconds(), expected);
        let expected = [&expected[..10], &[64.0, 120.0]].concat();
        assert_eq!(Delays::of(&ThrottleRules::default(), 2).seconds(), expected);
        assert_eq!(delays(1, 1), [1.0]);
        assert_eq!(delays(2, 4), [0.0, 1.0, 2.0, 4.0]);
    }

    proptest! {
        #[test]
        fn waits_begin_where_they_should_double_and_end_at_the_longest(free in 1_u32..=100, longest in 1_u64..=3600) {
            let delays = delays(free, longest);
            let waits: Vec<f64> = delays.iter().copied().filter(|delay| *delay > 0.0).collect();
            prop_assert_eq!(delays.len() - waits.len(), free as usize - 1);
            prop_assert_eq!(waits[0], 1.0_f64.min(longest as f64));
            prop_assert_eq!(*waits.last().unwrap(), longest as f64);
            for pair in waits.windows(2) {
                prop_assert!(pair[1] > pair[0] && pair[1] <= 2.0 * pair[0]);
            }
        }
    }
}
