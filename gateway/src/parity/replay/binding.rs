//! Which values of a request came out of which earlier answer.
//!
//! Nothing is bound by accident: a value is bound only where an answer gave it before any client had said it, and
//! where it is of a shape that nobody thinks up, or stands where names say what it is the number of.

mod sample;
pub(super) mod shape;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::anatomy::{self, Spot, Way};
use crate::parity::exchange::{Exchange, Outcome, content::Content, frame::Side};
use sample::Samples;
use shape::Shape;

/// What a request takes from earlier answers, by the spots of the request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Needs(pub BTreeMap<String, Need>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub value: String,
    /// Who gave it, the one to be asked first in front.
    pub sources: Vec<Source>,
}

/// A place in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    pub exchange: u64,
    pub place: String,
}

/// A value together with what it is the number of, where it is a mere number: task 7 is not tag 7.
type Key = (Option<String>, String);

struct Given {
    source: Source,
    /// In microseconds since 1970: from then on a client can know it.
    ended: u64,
    /// The path that was asked for.
    asked: String,
    creates: bool,
}

#[derive(Default)]
struct Index {
    given: HashMap<Key, Vec<Given>>,
    /// The kinds under which a number was given.
    kinds: HashMap<String, Vec<String>>,
    said: HashSet<Key>,
}

/// The needs of every exchange that has any. The order of the slice is that of their beginnings.
pub fn needs(exchanges: &[&Exchange]) -> BTreeMap<u64, Needs> {
    let samples = Samples::of(exchanges);
    let mut index = Index::default();
    let mut found = BTreeMap::new();
    for moment in moments(exchanges) {
        match moment {
            Moment::Asks(exchange) => {
                let needs = index.asks(exchange);
                if !needs.0.is_empty() {
                    found.insert(exchange.id, needs);
                }
            }
            Moment::Ended(exchange) => index.ended(exchange, &samples),
        }
    }
    found
}

enum Moment<'a> {
    Asks(&'a Exchange),
    Ended(&'a Exchange),
}

/// Beginnings and ends as they followed one another; where both fall together, who ended is heard first.
fn moments<'a>(exchanges: &[&'a Exchange]) -> Vec<Moment<'a>> {
    let mut moments: Vec<_> =
        exchanges.iter().map(|exchange| (exchange.began, 1, exchange.id, Moment::Asks(exchange))).collect();
    let ends = exchanges.iter().map(|exchange| (ended(exchange), 0, exchange.id, Moment::Ended(exchange)));
    // What took no time at all must still begin before it ends.
    moments.extend(ends.map(|(at, rank, id, moment)| {
        let rank = if matches!(&moment, Moment::Ended(exchange) if exchange.took == 0) { 2 } else { rank };
        (at, rank, id, moment)
    }));
    moments.sort_by_key(|(at, rank, id, _)| (*at, *rank, *id));
    moments.into_iter().map(|(.., moment)| moment).collect()
}

pub(super) fn ended(exchange: &Exchange) -> u64 {
    exchange.began.saturating_add(exchange.took)
}

impl Index {
    fn asks(&mut self, exchange: &Exchange) -> Needs {
        let mut needs = Needs::default();
        let mut said = Vec::new();
        let asked = path(&exchange.request.target);
        walk_request(exchange, &mut |spot: &Spot, text: &str| {
            let shape = Shape::of(spot, text)?;
            let key = self.key(spot, text, shape);
            let sources =
                key.as_ref().map(|key| self.sources(key, spot, exchange, asked)).unwrap_or_default();
            if sources.is_empty() {
                // A number that was asked for in vain may be given to something later.
                said.extend(key.filter(|_| shape != Shape::Number));
                return None;
            }
            needs.0.insert(spot.place.clone(), Need { value: text.to_owned(), sources });
            // Bound as a whole: what stands in it is not looked at.
            Some(text.to_owned())
        });
        self.said.extend(said);
        needs
    }

    fn key(&self, spot: &Spot, text: &str, shape: Shape) -> Option<Key> {
        if shape != Shape::Number {
            return Some((shape.scope(spot), text.to_owned()));
        }
        let kind = spot.kind()?;
        let kinds = self.kinds.get(text).map(Vec::as_slice).unwrap_or_default();
        if kinds.contains(&kind) {
            return Some((Some(kind), text.to_owned()));
        }
        // `owner_id` may be the number of a user, where only users have that number.
        match kinds {
            [only] => Some((Some(only.clone()), text.to_owned())),
            _ => Some((Some(kind), text.to_owned())),
        }
    }

    /// Those that had ended, whom this one could know; first who made it, then the nearest.
    fn sources(&self, key: &Key, spot: &Spot, exchange: &Exchange, asked: &str) -> Vec<Source> {
        let before = |given: &&Given| {
            given.ended <= exchange.began && given.source.exchange < exchange.id
                || exchange.after.contains(&given.source.exchange)
        };
        let given: Vec<_> = self.given.get(key).into_iter().flatten().filter(before).collect();
        // The version of one thing says nothing of another, though both are `"1"`.
        let is_version = spot.way == Way::Etag || spot.name.starts_with("if-");
        let nearest = given.iter().rev().find(|given| !is_version || given.asked == asked).or(given.last());
        let maker = given.iter().rev().find(|given| given.creates).or(given.first());
        let order = if is_version { [nearest, maker] } else { [maker, nearest] };
        let mut sources: Vec<Source> = Vec::new();
        for given in order.into_iter().flatten().chain(given.iter().rev().take(NEAREST)) {
            if !sources.contains(&given.source) {
                sources.push(given.source.clone());
            }
        }
        sources
    }

    fn ended(&mut self, exchange: &Exchange, samples: &Samples) {
        let Outcome::Answered(answered) = &exchange.outcome else { return };
        let ended = ended(exchange);
        let asked = path(&exchange.request.target);
        let creates = answered.status == 201;
        anatomy::answer(&exchange.route, answered, &mut |spot: &Spot, text: &str| {
            let shape = Shape::of(spot, text)?;
            let scope = if shape == Shape::Number { Some(spot.kind()?) } else { shape.scope(spot) };
            let key = (scope, text.to_owned());
            if self.said.contains(&key)
                || shape == Shape::Opaque && samples.is_enumeration(&exchange.route, spot)
            {
                return None;
            }
            if let (Shape::Number, Some(kind)) = (shape, &key.0) {
                let kinds = self.kinds.entry(text.to_owned()).or_default();
                if !kinds.contains(kind) {
                    kinds.push(kind.clone());
                }
            }
            let source = Source { exchange: exchange.id, place: spot.place.clone() };
            self.given.entry(key).or_default().push(Given {
                source,
                ended,
                asked: asked.to_owned(),
                creates,
            });
            None
        });
    }
}

/// How many of the nearest are asked when the first has nothing to give.
const NEAREST: usize = 2;

/// All of a request, and what the client said later over the same connection.
pub(super) fn walk_request(exchange: &Exchange, visit: &mut dyn anatomy::Visit) {
    let _ = anatomy::request(&exchange.route, &exchange.request, visit);
    let frames = exchange.answered().map(|answered| answered.frames.as_slice()).unwrap_or_default();
    for (number, frame) in frames.iter().enumerate().filter(|(_, frame)| frame.from == Side::Client) {
        if let Content::Text(text) = &frame.content {
            let _ = anatomy::frame(&exchange.route, number, text, visit);
        }
    }
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
