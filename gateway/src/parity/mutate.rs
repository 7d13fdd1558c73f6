//! Breaks answers in the ways in which a port goes wrong, one at a time, to see what a comparison would miss.
//!
//! A mutant is a good answer with one thing broken. What is byte by byte the good answer again is none. Of the places
//! of a route that a client cannot tell apart (items of one array, exchanges with one status) each kind breaks one.

mod arrays;
mod bodies;
mod borrowed;
mod cookies;
mod document;
mod explained;
mod fields;
mod frames;
mod headers;
mod instants;
mod kind;
mod numbers;
mod score;
mod status;
mod stored;
mod streams;
mod texts;
mod values;

use std::collections::BTreeSet;

use super::{
    exchange::{Answered, Exchange},
    path::Path,
};
use document::Document;

pub use explained::{BadExplained, Explained};
pub use kind::Kind;
pub use score::{Score, Survivor, Tally};

/// A good answer with one thing broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    pub kind: Kind,
    pub exchange: u64,
    pub route: String,
    /// Where, as a finding tells it: `status`, `header etag`, `body $.items[*].id`.
    pub place: String,
    pub answered: Answered,
}

/// One recorded exchange and what a faithful server answered when it was asked again.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub reference: &'a Exchange,
    pub live: &'a Exchange,
}

/// Whether every item of an array and every exchange of a route is broken, or one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Each,
    All,
}

/// Every way in which these answers can be broken.
pub fn mutants(pairs: &[Pair<'_>], extent: Extent) -> Vec<Mutant> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for pair in pairs {
        let (Some(reference), Some(live)) = (pair.reference.answered(), pair.live.answered()) else {
            continue;
        };
        let Exchange { id, route, began, took, .. } = pair.live;
        let mut bench =
            Bench { exchange: *id, route: route.clone(), live, extent, seen: &mut seen, found: &mut found };
        borrowed::break_them(pair.live, live, &siblings(pairs, route), &mut bench);
        let subject =
            Subject { reference, live, document: Document::of(live), ended: began.saturating_add(*took) };
        break_all(&subject, &mut bench);
    }
    found
}

fn siblings<'a>(pairs: &[Pair<'a>], route: &str) -> Vec<&'a Exchange> {
    pairs.iter().map(|pair| pair.live).filter(|live| live.route == route).collect()
}

fn break_all(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    if bench.route.starts_with(STORED) {
        return stored::break_them(subject, bench);
    }
    status::break_it(subject, bench);
    headers::break_them(subject, bench);
    cookies::break_them(subject, bench);
    bodies::break_them(subject, bench);
    streams::break_them(subject, bench);
    frames::break_them(subject, bench);
    if let Some(document) = &subject.document {
        fields::break_them(document, bench);
        values::break_them(subject, document, bench);
        arrays::break_them(document, bench);
        instants::break_them(subject, document, bench);
        numbers::break_them(document, bench);
        texts::break_them(document, bench);
    }
}

/// What the routes of exchanges begin with that tell what was stored.
const STORED: &str = "table ";

/// What is broken.
struct Subject<'a> {
    reference: &'a Answered,
    live: &'a Answered,
    /// Where the body is JSON.
    document: Option<Document<'a>>,
    /// In microseconds since 1970.
    ended: u64,
}

/// Where mutants are laid down, unless one like it lies there.
struct Bench<'a> {
    exchange: u64,
    route: String,
    live: &'a Answered,
    extent: Extent,
    seen: &'a mut BTreeSet<(String, u16, Kind, String)>,
    found: &'a mut Vec<Mutant>,
}

impl Bench<'_> {
    fn lay(&mut self, kind: Kind, place: &str, make: impl FnOnce() -> Answered) {
        let key = (self.route.clone(), self.live.status, kind, place.to_owned());
        if self.extent == Extent::Each && self.seen.contains(&key) {
            return;
        }
        let answered = make();
        if answered == *self.live {
            return;
        }
        self.seen.insert(key);
        let (exchange, route, place) = (self.exchange, self.route.clone(), place.to_owned());
        self.found.push(Mutant { kind, exchange, route, place, answered });
    }
}

/// The place of a value, with all items of an array alike.
fn place_of(path: &Path) -> String {
    format!("body {}", path.general())
}

#[cfg(test)]
mod tests;
