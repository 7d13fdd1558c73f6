//! How many of the breaks were found: by kind, by route, and which were not.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Explained, Kind, Mutant};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    pub all: Tally,
    pub kinds: BTreeMap<Kind, Tally>,
    pub routes: BTreeMap<String, Tally>,
    /// Neither found nor explained.
    pub survivors: Vec<Survivor>,
    pub explained: Vec<Survivor>,
    /// Places of documents that have very many, in which nothing was broken.
    pub left_out: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub broken: usize,
    pub found: usize,
    pub explained: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Survivor {
    pub kind: Kind,
    pub route: String,
    pub place: String,
    pub exchange: u64,
    /// Why nobody can find it; of those that are explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Score {
    pub fn count(&mut self, mutant: &Mutant, is_found: bool, explained: &mut Explained) {
        let reason = if is_found { None } else { explained.explains(mutant) };
        let one = Tally { broken: 1, found: usize::from(is_found), explained: usize::from(reason.is_some()) };
        self.all.add(one);
        self.kinds.entry(mutant.kind).or_default().add(one);
        self.routes.entry(mutant.route.clone()).or_default().add(one);
        if is_found {
            return;
        }
        let Mutant { kind, exchange, route, place, .. } = mutant;
        let list = if reason.is_some() { &mut self.explained } else { &mut self.survivors };
        list.push(Survivor {
            kind: *kind,
            route: route.clone(),
            place: place.clone(),
            exchange: *exchange,
            reason,
        });
    }

    /// Every break was found or is explained, and there were some.
    pub fn is_whole(&self) -> bool {
        self.survivors.is_empty() && self.all.broken > 0
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.broken += other.broken;
        self.found += other.found;
        self.explained += other.explained;
    }
}
