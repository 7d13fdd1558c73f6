//! Judges a run against its reference: what differs, what may, and what was generated as it must be.
//!
//! Nothing here asks a clock or a disk: the same exchanges, rules and learned places give the same report.

mod look;
mod relations;
mod sent;
mod settled;
mod shown;
mod suggestion;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    compare::unordered::Unordered,
    exchange::Exchange,
    finding::{Report, Severity},
    learn::{Learned, places::of_route},
    replay::state::STATE,
    rules::{Matcher, Rules},
    value::Bound,
};

pub use settled::Settled;

pub struct Judge<'a> {
    reference: BTreeMap<u64, &'a Exchange>,
    learned: &'a Learned,
    rules: &'a Rules,
}

/// One exchange of a run beside its reference: all that does not depend on other exchanges.
#[derive(Clone, Debug)]
pub struct Looked<'a> {
    pub(super) id: u64,
    pub(super) live: Option<&'a Exchange>,
    pub(super) came: Came,
    pub(super) wrongs: Vec<Wronged>,
    pub(super) bounds: Vec<Tied>,
    /// For each rule and then each accepted change: how many values it was about, and how many it excused.
    pub(super) used: Vec<(usize, usize)>,
    pub(super) verified: usize,
    /// How much further ahead the clock of the live side was, by the `Date` of both answers, in microseconds.
    pub(super) ahead: Option<i128>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    Answered,
    /// On one side only, or cut off.
    Broken,
    Blocked,
    /// In one of the recordings only.
    Missing,
}

/// Something that is wrong with an answer.
#[derive(Clone, Debug)]
pub(super) struct Wronged {
    pub(super) at: String,
    pub(super) general: String,
    pub(super) kind: String,
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) reference: String,
    pub(super) live: String,
    /// The narrowest rule can only be found where a difference is what is wrong.
    pub(super) is_difference: bool,
}

/// A pair of values, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Tied {
    pub(super) at: String,
    pub(super) general: String,
    pub(super) bound: Bound,
    /// What the client itself sent: it is believed.
    pub(super) is_sent: bool,
}

impl Looked<'_> {
    pub(super) fn empty(id: u64, came: Came, rules: &Rules) -> Self {
        let used = vec![(0, 0); rules.rules.len() + rules.accepts.len()];
        Self { id, live: None, came, wrongs: Vec::new(), bounds: Vec::new(), used, verified: 0, ahead: None }
    }

    /// Whatever the others say.
    pub fn is_wrong(&self) -> bool {
        !self.wrongs.is_empty() || self.came != Came::Answered
    }
}

impl Wronged {
    /// Of an exchange that has no two answers.
    pub(super) fn whole(kind: &str, message: &str, reference: &str, live: &str) -> Self {
        Self {
            at: "exchange".to_owned(),
            general: "exchange".to_owned(),
            kind: kind.to_owned(),
            severity: Severity::Breaking,
            message: message.to_owned(),
            reference: reference.to_owned(),
            live: live.to_owned(),
            is_difference: false,
        }
    }
}

impl<'a> Judge<'a> {
    pub fn new(reference: &'a [Exchange], learned: &'a Learned, rules: &'a Rules) -> Self {
        let reference = reference.iter().map(|exchange| (exchange.id, exchange)).collect();
        Self { reference, learned, rules }
    }

    /// Names of the two sides are left to the caller.
    pub fn judge(&self, live: &[Exchange]) -> Report {
        let looked: Vec<Looked<'_>> = live.iter().map(|exchange| self.look(exchange)).collect();
        self.conclude(looked.iter())
    }

    /// All that can be said of one exchange by itself: what a caller who changes another one can keep.
    pub fn look<'l>(&self, live: &'l Exchange) -> Looked<'l> {
        look::look(self, live)
    }

    /// The whole of a run: what is one-to-one, what follows what, and what is missing.
    pub fn conclude<'l>(&self, looked: impl Iterator<Item = &'l Looked<'l>>) -> Report {
        let mut looked: BTreeMap<u64, Looked<'_>> = looked.map(|one| (one.id, one.clone())).collect();
        let given: BTreeSet<u64> = looked.keys().copied().collect();
        // What nobody has the body of was not asked, and is not missed.
        let could_be_asked = |exchange: &Exchange| exchange.request.body.bytes().is_some();
        for (id, _) in self.reference.iter().filter(|(id, one)| !given.contains(id) && could_be_asked(one)) {
            looked.insert(*id, look::missing(*id, self.rules));
        }
        relations::check(self, &mut looked);
        told::report(self, &looked)
    }

    /// A run that was concluded without a finding, to change one answer of it after another.
    pub fn settle<'s, 'l>(&'s self, looked: Vec<Looked<'l>>) -> Settled<'s, 'l> {
        Settled::new(self, looked)
    }

    fn arrays(&self, route: &str, status: u16) -> Vec<Unordered> {
        let ruled = self.rules.rules.iter().filter(|rule| rule.operation.is_about(route));
        let ruled = ruled.filter_map(|rule| match (&rule.expect, &rule.at) {
            (Matcher::Unordered { key }, super::rules::At::Json(at)) => {
                Some(Unordered { at: at.clone(), key: key.clone() })
            }
            (_, _) => None,
        });
        ruled.chain(of_route(&self.learned.arrays, route, status)).collect()
    }
}

/// A run shows what is stored although the recording may not: then nobody knows what should be.
pub fn comparable(reference: &[Exchange], mut live: Vec<Exchange>) -> Vec<Exchange> {
    let shows_rows = |exchange: &Exchange| exchange.request.method == STATE;
    if !reference.iter().any(shows_rows) {
        live.retain(|exchange| !shows_rows(exchange));
    }
    live
}

#[cfg(test)]
mod tests;
