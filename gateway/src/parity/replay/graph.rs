//! Which exchange waits for which: what had ended before it began, and always who gives what it needs.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    binding::{self, Needs},
    state::STATE,
};
use crate::parity::exchange::Exchange;

/// The exchanges of a recording that are asked again, and in which order they may be.
#[derive(Debug)]
pub struct Graph {
    pub steps: BTreeMap<u64, Step>,
    /// Chosen, and cannot be asked: what was sent was not kept.
    pub lost: Vec<u64>,
}

#[derive(Debug, Default)]
pub struct Step {
    /// These have ended before it begins.
    pub waits_for: BTreeSet<u64>,
    pub needs: Needs,
    /// Only asked because a chosen one needs it.
    pub is_aid: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Order {
    /// Whatever had ended before an exchange began has ended before it is asked again.
    #[default]
    Recorded,
    /// Only what one client asked stays in order, and what needs a value waits for it.
    Sessions,
}

impl Graph {
    /// `chosen` says which exchanges are wanted; whoever gives what these need comes along.
    pub fn of(exchanges: &[Exchange], order: Order, chosen: &dyn Fn(&Exchange) -> bool) -> Self {
        let sorted: BTreeMap<u64, &Exchange> =
            exchanges.iter().map(|exchange| (exchange.id, exchange)).collect();
        let inorder: Vec<&Exchange> = sorted.values().copied().collect();
        let mut needs = binding::needs(&inorder);
        let wanted: HashSet<u64> = inorder
            .iter()
            .filter(|exchange| is_request(exchange) && chosen(exchange))
            .map(|exchange| exchange.id)
            .collect();
        let (kept, lost): (Vec<u64>, Vec<u64>) = with_their_givers(&wanted, &needs)
            .into_iter()
            .partition(|id| sorted[id].request.body.bytes().is_some());
        let kept: HashSet<u64> = kept.into_iter().collect();
        let earlier = match order {
            Order::Recorded => recorded(&sorted, &kept),
            Order::Sessions => sessions(&inorder, &kept),
        };
        let mut steps = BTreeMap::new();
        for (id, mut waits_for) in earlier {
            let needs = needs.remove(&id).unwrap_or_default();
            let sources = needs.0.values().flat_map(|need| &need.sources);
            waits_for.extend(sources.map(|source| source.exchange).filter(|giver| kept.contains(giver)));
            steps.insert(id, Step { waits_for, needs, is_aid: !wanted.contains(&id) });
        }
        let lost = BTreeSet::from_iter(lost).into_iter().collect();
        Self { steps, lost }
    }
}

/// What is stored was not asked of the target, but of its database.
fn is_request(exchange: &Exchange) -> bool {
    exchange.request.method != STATE
}

/// The first source of each need is enough; it may need others itself.
fn with_their_givers(wanted: &HashSet<u64>, needs: &BTreeMap<u64, Needs>) -> HashSet<u64> {
    let mut kept = wanted.clone();
    let mut open: Vec<u64> = wanted.iter().copied().collect();
    while let Some(id) = open.pop() {
        let givers = needs.get(&id).into_iter().flat_map(|needs| needs.0.values());
        for giver in givers.filter_map(|need| need.sources.first()) {
            if kept.insert(giver.exchange) {
                open.push(giver.exchange);
            }
        }
    }
    kept
}

/// As `after` has it; in place of one that is left out stand those that it came after.
fn recorded(exchanges: &BTreeMap<u64, &Exchange>, kept: &HashSet<u64>) -> BTreeMap<u64, BTreeSet<u64>> {
    let mut earlier: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for (id, exchange) in exchanges {
        let mut before = BTreeSet::new();
        // Only what began earlier can have ended before, whatever a file says.
        for other in exchange.after.iter().filter(|other| *other < id) {
            match earlier.get(other) {
                Some(_) if kept.contains(other) => {
                    before.insert(*other);
                }
                Some(theirs) => before.extend(theirs),
                None => {}
            }
        }
        earlier.insert(*id, before);
    }
    earlier.retain(|id, _| kept.contains(id));
    earlier
}

/// Of one client, each after those that had ended before it; what comes after one of these anyway is not named.
fn sessions(exchanges: &[&Exchange], kept: &HashSet<u64>) -> BTreeMap<u64, BTreeSet<u64>> {
    let mut of_session: BTreeMap<&str, Vec<&Exchange>> = BTreeMap::new();
    let mut earlier = BTreeMap::new();
    for exchange in exchanges.iter().filter(|exchange| kept.contains(&exchange.id)) {
        let theirs = of_session.entry(&exchange.session).or_default();
        let done: Vec<_> = theirs.iter().filter(|other| binding::ended(other) <= exchange.began).collect();
        let latest = done.iter().map(|other| other.began).max().unwrap_or(0);
        // One that ended before the latest of them began is before that one already.
        let frontier = done.iter().filter(|other| binding::ended(other) > latest || other.began == latest);
        earlier.insert(exchange.id, frontier.map(|other| other.id).collect());
        theirs.push(exchange);
    }
    earlier
}

#[cfg(test)]
mod tests;
