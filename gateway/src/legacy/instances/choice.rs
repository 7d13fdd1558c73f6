//! Which instance takes the next request: of two that are picked at random, the one with less to do.
//!
//! Unhealthy and ejected ones are left out as long as another is there; when none is healthy, all are used.

use std::sync::Arc;

use super::{Fleet, Instance, Turn};

/// Who may be chosen, the narrowest first.
const CIRCLES: [fn(&Instance, bool) -> bool; 4] = [
    |instance, asked| is_healthy(instance, asked) && !instance.is_ejected() && instance.has_room(),
    |instance, asked| is_healthy(instance, asked) && !instance.is_ejected(),
    // Half the instances at most are ejected; the others may be unhealthy, which weighs more.
    is_healthy,
    |_, _| true,
];

fn is_healthy(instance: &Instance, asked: bool) -> bool {
    !asked || instance.health.is_healthy()
}

impl Fleet {
    /// Nothing where all were tried.
    pub(in crate::legacy) fn choose(&self, tried: &[usize]) -> Option<(usize, Turn)> {
        if let [only] = &*self.instances {
            return tried.is_empty().then(|| (0, only.begin()));
        }
        let asked = self.health.is_some();
        let index = CIRCLES.iter().find_map(|belongs| self.lighter(tried, |each| belongs(each, asked)))?;
        Some((index, self.instances[index].begin()))
    }

    fn lighter(&self, tried: &[usize], belongs: impl Fn(&Instance) -> bool) -> Option<usize> {
        let choosable = || {
            let all = self.instances.iter().enumerate();
            all.filter(|(index, each)| !tried.contains(index) && belongs(each))
        };
        let count = choosable().count();
        let first = fastrand::usize(..count.max(1));
        let (one, lighter) = choosable().nth(first)?;
        // Who belongs may have changed since they were counted: one may be there where there was none.
        if count <= 1 {
            return Some(one);
        }
        // Another one, each as likely.
        let second = (first + 1 + fastrand::usize(..count - 1)) % count;
        let Some((other, rival)) = choosable().nth(second) else { return Some(one) };
        Some(if rival.load() < lighter.load() { other } else { one })
    }

    /// Whether none is healthy, so that all are used.
    pub(in crate::legacy) fn fails_open(&self) -> bool {
        self.health.is_some() && !self.instances.iter().any(|instance| instance.health.is_healthy())
    }

    pub(in crate::legacy) fn has_other(&self, tried: &[usize]) -> bool {
        tried.len() < self.instances.len()
    }

    pub(in crate::legacy) fn instances(&self) -> &[Arc<Instance>] {
        &self.instances
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::legacy::{
        instances::{Instances, Targets, rules::LegacyRules},
        trust::LegacyTrust,
    };

    #[test]
    fn who_belongs_may_change_while_one_is_chosen() {
        let addresses = ["http://one:80", "http://other:80"].map(|address| address.parse().unwrap());
        let targets = Targets::new(addresses.to_vec(), LegacyRules::default());
        let instances = Instances::new(LegacyTrust::default());
        instances.take(&targets);
        let fleet = instances.fleet(&targets);
        // The first looks find none, and from then on both belong; and the other way round.
        for looks in 0..8_usize {
            for before in [false, true] {
                let left = Cell::new(looks);
                let belongs = |_: &Instance| {
                    let is_before = left.get() > 0;
                    left.set(left.get().saturating_sub(1));
                    is_before == before
                };
                let chosen = fleet.lighter(&[], belongs);
                assert!(chosen.is_none_or(|index| index < 2), "{looks} {before}");
            }
        }
    }
}
