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
        if count == 1 {
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
