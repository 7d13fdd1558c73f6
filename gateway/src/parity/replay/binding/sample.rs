//! Places that say one of a few words every time: what a client sends of those it knew before.

use std::collections::{BTreeSet, HashMap};

use crate::parity::{
    exchange::{Exchange, Outcome},
    replay::anatomy::{self, Spot, Way},
};

/// By route and place, with the numbers of items left out.
pub(super) struct Samples(HashMap<(String, String), Seen>);

#[derive(Default)]
struct Seen {
    times: usize,
    /// No more of them than decide.
    values: BTreeSet<String>,
}

const FEW: usize = 8;
const MANY: usize = 20;

impl Samples {
    pub(super) fn of(exchanges: &[&Exchange]) -> Self {
        let mut samples: HashMap<_, Seen> = HashMap::new();
        for exchange in exchanges {
            let Outcome::Answered(answered) = &exchange.outcome else { continue };
            anatomy::answer(&exchange.route, answered, &mut |spot: &Spot, text: &str| {
                let seen = samples.entry(key(&exchange.route, spot)).or_default();
                seen.times += 1;
                if seen.values.len() <= FEW {
                    seen.values.insert(text.to_owned());
                }
                None
            });
        }
        Self(samples)
    }

    pub(super) fn is_enumeration(&self, route: &str, spot: &Spot) -> bool {
        let is_key = matches!(spot.way, Way::Slot | Way::Cookie | Way::Etag) || spot.kind().is_some();
        let seen = self.0.get(&key(route, spot)).filter(|_| !is_key);
        seen.is_some_and(|seen| seen.times >= MANY && seen.values.len() <= FEW)
    }
}

fn key(route: &str, spot: &Spot) -> (String, String) {
    let mut place = String::new();
    let mut is_inside = false;
    for character in spot.place.chars() {
        is_inside = (is_inside || character == '[') && character != ']';
        if !is_inside || !character.is_ascii_digit() {
            place.push(character);
        }
    }
    (route.to_owned(), place)
}
