//! A run in which nothing is wrong, and what one changed answer does to it.
//!
//! Only pairs of values that have something to do with those of the changed answer are looked at again: of all others
//! nothing was wrong, and with fewer of them nothing becomes wrong.

use std::collections::{BTreeMap, HashMap};

use super::{Judge, Looked, relations};
use crate::parity::value::Bound;

pub struct Settled<'s, 'l> {
    judge: &'s Judge<'s>,
    looked: BTreeMap<u64, Looked<'l>>,
    /// Where a value stands in a pair: the exchange, and which of its pairs.
    stands: HashMap<String, Vec<(u64, usize)>>,
    /// The instants that the client sent: they say how far the run moved.
    sent: Vec<(u64, usize)>,
    /// For each rule, how many values it is about.
    used: Vec<usize>,
}

impl<'s, 'l> Settled<'s, 'l> {
    pub(super) fn new(judge: &'s Judge<'s>, looked: Vec<Looked<'l>>) -> Self {
        let mut stands: HashMap<String, Vec<(u64, usize)>> = HashMap::new();
        let mut sent = Vec::new();
        let mut used = vec![0; judge.rules.rules.len() + judge.rules.accepts.len()];
        for one in &looked {
            for (at, tied) in one.bounds.iter().enumerate() {
                if tied.is_sent && matches!(tied.bound, Bound::Moment { .. }) {
                    sent.push((one.id, at));
                }
                for name in names(&tied.bound) {
                    stands.entry(name).or_default().push((one.id, at));
                }
            }
            used.iter_mut().zip(&one.used).for_each(|(sum, (count, _))| *sum += count);
        }
        let looked = looked.into_iter().map(|one| (one.id, one)).collect();
        Self { judge, looked, stands, sent, used }
    }

    /// Whether the run has a finding where this answer stands for the one that it had.
    pub fn is_wrong_with(&self, broken: &Looked<'_>) -> bool {
        let Some(good) = self.looked.get(&broken.id) else { return true };
        broken.is_wrong() || self.leaves_a_rule_unused(good, broken) || self.is_torn_by(broken)
    }

    fn leaves_a_rule_unused(&self, good: &Looked<'_>, broken: &Looked<'_>) -> bool {
        let both = good.used.iter().zip(&broken.used);
        self.used.iter().zip(both).any(|(sum, ((good, _), (now, _)))| sum - good + now == 0)
    }

    fn is_torn_by(&self, broken: &Looked<'_>) -> bool {
        let names = broken.bounds.iter().flat_map(|tied| names(&tied.bound));
        let places = names.filter_map(|name| self.stands.get(&name)).flatten();
        let mut related: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (id, at) in places.chain(&self.sent) {
            related.entry(*id).or_default().push(*at);
        }
        // All of them say how the run moved; of most no pair has to do with it.
        let mut looked: BTreeMap<u64, Looked<'_>> = BTreeMap::new();
        for (id, one) in &self.looked {
            let mut pairs = related.remove(id).unwrap_or_default();
            pairs.sort_unstable();
            pairs.dedup();
            let bounds = pairs.into_iter().map(|at| one.bounds[at].clone()).collect();
            let (live, came, used) = (one.live, one.came, Vec::new());
            let wrongs = Vec::new();
            let (verified, ahead) = (one.verified, one.ahead);
            looked.insert(*id, Looked { id: *id, live, came, wrongs, bounds, used, verified, ahead });
        }
        looked.insert(broken.id, broken.clone());
        relations::check(self.judge, &mut looked);
        looked.values().any(|one| !one.wrongs.is_empty())
    }
}

/// Two pairs that share none of these never contradict each other.
fn names(bound: &Bound) -> Vec<String> {
    match bound {
        Bound::Same { recorded, live, is_unique: true } => {
            vec![format!("same recorded {recorded}"), format!("same live {live}")]
        }
        Bound::Number { scope, recorded, live } => {
            vec![format!("number recorded {recorded} {scope}"), format!("number live {live} {scope}")]
        }
        Bound::Moment { recorded, live, grain: 1 } => {
            vec![format!("moment recorded {recorded}"), format!("moment live {live}")]
        }
        Bound::Same { is_unique: false, .. } | Bound::Moment { .. } => Vec::new(),
    }
}
