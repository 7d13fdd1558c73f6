//! Requests that are not in a recording: how many, why, and when the first and the last of them began.

use super::reason::Reason;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) count: u64,
    /// In microseconds since 1970.
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Missing {
    pub(super) fn add(&mut self, more: Self) {
        *self = match self.count {
            0 => more,
            _ => Self {
                count: self.count + more.count,
                from: self.from.min(more.from),
                to: self.to.max(more.to),
            },
        };
    }
}

#[derive(Debug, Default)]
pub(super) struct Gaps([Missing; Reason::ALL.len()]);

impl Gaps {
    pub(super) fn add(&mut self, reason: Reason, began: u64) {
        self.merge(reason, Missing { count: 1, from: began, to: began });
    }

    pub(super) fn merge(&mut self, reason: Reason, more: Missing) {
        self.0[reason as usize].add(more);
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.iter().all(|missing| missing.count == 0)
    }

    pub(super) fn each(&self) -> impl Iterator<Item = (Reason, Missing)> {
        Reason::ALL.into_iter().zip(self.0).filter(|(_, missing)| missing.count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lasts_from_the_first_to_the_last_whoever_is_told_first() {
        let mut gaps = Gaps::default();
        assert!(gaps.is_none());
        let reason = Reason::ALL[0];
        for began in [70, 30, 50] {
            gaps.add(reason, began);
        }
        assert_eq!(gaps.each().collect::<Vec<_>>(), [(reason, Missing { count: 3, from: 30, to: 70 })]);
    }
}
