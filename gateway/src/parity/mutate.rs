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

use std::collections::{BTreeMap, BTreeSet};

use super::{
    exchange::{Answered, Broken, Exchange, Outcome},
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

impl Mutant {
    /// In place of what came of it: a stream that its client left stays one.
    pub fn outcome(&self, good: &Outcome) -> Outcome {
        match good {
            Outcome::Broken(Broken { reason, .. }) => Outcome::Broken(Broken {
                reason: reason.clone(),
                begun: Some(Box::new(self.answered.clone())),
            }),
            Outcome::Answered(_) | Outcome::Blocked(_) => Outcome::Answered(self.answered.clone()),
        }
    }
}

/// One recorded exchange and what a faithful server answered when it was asked again.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub reference: &'a Exchange,
    pub live: &'a Exchange,
}

/// Which breaks are tried.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'c> {
    pub extent: Extent,
    /// None where all are.
    pub kinds: &'c BTreeSet<Kind>,
}

/// Whether every item of an array and every exchange of a route is broken, or one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Each,
    All,
}

/// Of the places of one document so many are broken, spread over all of it: a description of an API has thousands, and a
/// comparison that finds these finds the others by the same lines.
const PLACES: usize = 60;

/// Breaks one exchange after another: nobody could hold all broken answers of a recording at once.
pub struct Breaker<'a> {
    pairs: Vec<Pair<'a>>,
    choice: Choice<'a>,
    by_route: BTreeMap<&'a str, Vec<&'a Exchange>>,
    seen: BTreeSet<(String, u16, Kind, String)>,
    left_out: BTreeSet<(String, u16, String)>,
}

impl<'a> Breaker<'a> {
    pub fn new(pairs: Vec<Pair<'a>>, choice: Choice<'a>) -> Self {
        let mut by_route: BTreeMap<&str, Vec<&Exchange>> = BTreeMap::new();
        for pair in &pairs {
            by_route.entry(&pair.live.route).or_default().push(pair.live);
        }
        Self { pairs, choice, by_route, seen: BTreeSet::new(), left_out: BTreeSet::new() }
    }

    /// Every way in which one answer can be broken that no answer before it was, in the order of the pairs.
    pub fn of(&mut self, at: usize) -> Vec<Mutant> {
        let mut found = Vec::new();
        let Some(pair) = self.pairs.get(at).copied() else { return found };
        let (Some(reference), Some(live)) = (pair.reference.answered(), pair.live.answered()) else {
            return found;
        };
        let Exchange { id, route, began, took, .. } = pair.live;
        let document = Document::of(live);
        let skipped = match (&document, self.choice.extent) {
            (Some(document), Extent::Each) => skipped(document),
            (_, _) => BTreeSet::new(),
        };
        let told = skipped.iter().map(|place| (route.clone(), live.status, place.clone()));
        self.left_out.extend(told);
        let mut bench = Bench {
            exchange: *id,
            route,
            live,
            choice: self.choice,
            skipped,
            seen: &mut self.seen,
            found: &mut found,
        };
        let siblings = self.by_route.get(route.as_str()).map_or(&[][..], Vec::as_slice);
        borrowed::break_them(pair.live, live, siblings, &mut bench);
        let subject = Subject { reference, live, document, ended: began.saturating_add(*took) };
        break_all(&subject, &mut bench);
        found
    }

    /// The places that were not broken, of documents that have too many.
    pub fn left_out(&self) -> usize {
        self.left_out.len()
    }
}

/// All but every so many of the places, in the order of the document.
fn skipped(document: &Document<'_>) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut places: Vec<String> = document.sites.iter().map(|site| place_of(&site.path)).collect();
    places.retain(|place| known.insert(place.clone()));
    let step = places.len().div_ceil(PLACES).max(1);
    let left = places.into_iter().enumerate().filter(|(at, _)| at % step != 0);
    left.map(|(_, place)| place).collect()
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
    route: &'a str,
    live: &'a Answered,
    choice: Choice<'a>,
    /// Places of a document that has too many.
    skipped: BTreeSet<String>,
    seen: &'a mut BTreeSet<(String, u16, Kind, String)>,
    found: &'a mut Vec<Mutant>,
}

impl Bench<'_> {
    fn lay(&mut self, kind: Kind, place: &str, make: impl FnOnce() -> Answered) {
        let is_chosen = self.choice.kinds.is_empty() || self.choice.kinds.contains(&kind);
        if !is_chosen || self.skipped.contains(place) {
            return;
        }
        let key = (self.route.to_owned(), self.live.status, kind, place.to_owned());
        if self.choice.extent == Extent::Each && self.seen.contains(&key) {
            return;
        }
        let answered = make();
        if answered == *self.live {
            return;
        }
        self.seen.insert(key);
        let (exchange, route, place) = (self.exchange, self.route.to_owned(), place.to_owned());
        self.found.push(Mutant { kind, exchange, route, place, answered });
    }
}

/// The place of a value, with all items of an array alike.
fn place_of(path: &Path) -> String {
    format!("body {}", path.general())
}

#[cfg(test)]
mod tests;
