//! What the live side has given so far, and a recorded request with these values in the places of the recorded ones.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    anatomy::{self, Spot},
    binding::{Needs, Source},
    graph::Graph,
    instants::Clock,
};
use crate::parity::exchange::{
    Answered, Blocked, Exchange, Outcome, Request,
    content::Content,
    frame::{Frame, Side},
};

pub struct Values {
    /// What somebody will need of each exchange.
    wanted: HashMap<u64, HashSet<String>>,
    live: HashMap<Source, String>,
    /// Of those that were not asked: why.
    blocked: HashMap<u64, Blocked>,
    /// Recorded secrets for which a person gave the real ones.
    replaced: HashMap<String, String>,
    clock: Clock,
}

/// What is sent in place of what was recorded.
pub struct Sent {
    pub request: Request,
    /// What the client says over a WebSocket, by the number of the frame.
    pub frames: BTreeMap<usize, Content>,
}

impl Values {
    pub fn new(graph: &Graph, replaced: HashMap<String, String>, clock: Clock) -> Self {
        let mut wanted: HashMap<u64, HashSet<String>> = HashMap::new();
        let needs = graph.steps.values().flat_map(|step| step.needs.0.values());
        for source in needs.flat_map(|need| &need.sources) {
            wanted.entry(source.exchange).or_default().insert(source.place.clone());
        }
        Self { wanted, live: HashMap::new(), blocked: HashMap::new(), replaced, clock }
    }

    /// The request as it is to be sent now, or who has not given what it needs.
    pub fn ask(&self, exchange: &Exchange, needs: &Needs) -> Result<Sent, Blocked> {
        let mut here = HashMap::new();
        for (place, need) in &needs.0 {
            match need.sources.iter().find_map(|source| self.live.get(source)) {
                Some(value) => drop(here.insert(place.as_str(), value.as_str())),
                None => {
                    return Err(self.why(&need.sources));
                }
            }
        }
        let mut visit = |spot: &Spot, text: &str| {
            let bound = here.get(spot.place.as_str()).copied();
            let given = bound.or_else(|| self.replaced.get(text).map(String::as_str)).map(str::to_owned);
            given.or_else(|| self.clock.moved(spot, text))
        };
        let request = anatomy::request(&exchange.route, &exchange.request, &mut visit);
        let recorded = exchange.answered().map(|answered| answered.frames.as_slice()).unwrap_or_default();
        let said = recorded.iter().enumerate().filter(|(_, frame)| frame.from == Side::Client);
        let frames =
            said.map(|(number, frame)| (number, said_now(exchange, number, frame, &mut visit))).collect();
        Ok(Sent { request, frames })
    }

    /// One failed login is one reason, however long the chain behind it.
    fn why(&self, sources: &[Source]) -> Blocked {
        let first = sources.first().expect("a need without a source is none");
        let before = self.blocked.get(&first.exchange).cloned();
        before.unwrap_or_else(|| Blocked { by: first.exchange, needs: first.place.clone() })
    }

    /// Notes who is to be named by those that need what a refused request would have given.
    pub fn block(&mut self, exchange: u64, blocked: Blocked) {
        self.blocked.insert(exchange, blocked);
    }

    /// Of a login that was made once more: what it says now stands where `places` stood. Whether it let in.
    pub fn renewed(&mut self, recorded: &Exchange, outcome: &Outcome, places: &[Source]) -> bool {
        let Some(live) = alike(recorded, outcome) else { return false };
        anatomy::answer(&recorded.route, live, &mut |spot: &Spot, text: &str| {
            let own = Source { exchange: recorded.id, place: spot.place.clone() };
            for source in places.iter().filter(|source| source.place == spot.place).chain([&own]) {
                if let Some(value) = self.live.get_mut(source) {
                    text.clone_into(value);
                }
            }
            None
        });
        true
    }

    /// Keeps what later requests need of an answer, unless it is one of another kind than the recorded.
    pub fn heard(&mut self, recorded: &Exchange, outcome: &Outcome) {
        let (Some(wanted), Some(live)) = (self.wanted.get(&recorded.id), alike(recorded, outcome)) else {
            return;
        };
        let mut found = HashMap::new();
        anatomy::answer(&recorded.route, live, &mut |spot: &Spot, text: &str| {
            if wanted.contains(&spot.place) {
                found.entry(spot.place.clone()).or_insert_with(|| text.to_owned());
            }
            None
        });
        for (place, value) in found {
            self.live.insert(Source { exchange: recorded.id, place }, value);
        }
    }

    /// What an exchange has given that somebody needs, by place.
    pub fn given_by(&self, exchange: u64) -> BTreeMap<&str, &str> {
        let given = self.live.iter().filter(|(source, _)| source.exchange == exchange);
        given.map(|(source, value)| (source.place.as_str(), value.as_str())).collect()
    }
}

/// An error has places of the same names, and what stands there is something else.
fn alike<'o>(recorded: &Exchange, outcome: &'o Outcome) -> Option<&'o Answered> {
    let Outcome::Answered(live) = outcome else { return None };
    let is_alike = recorded.answered().is_some_and(|recorded| recorded.status / 100 == live.status / 100);
    is_alike.then_some(live)
}

fn said_now(exchange: &Exchange, number: usize, frame: &Frame, visit: &mut dyn anatomy::Visit) -> Content {
    let Content::Text(text) = &frame.content else { return frame.content.clone() };
    let new = anatomy::frame(&exchange.route, number, text, visit);
    Content::Text(new.unwrap_or_else(|| text.clone()))
}
