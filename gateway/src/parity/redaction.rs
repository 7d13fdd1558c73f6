//! Replaces what identifies a person or opens a door before an exchange is written, so that what belongs together still does.
//!
//! A pseudonym depends on the key and on the value alone: the same token is the same pseudonym in a header, in a cookie,
//! in a JSON document and inside of base64. What cannot be read is not kept.

mod body;
mod detect;
mod harmless;
mod header;
mod jwt;
mod key;
mod names;
mod policy;
mod pseudonym;
pub mod scan;
mod target;
mod text;
mod words;
mod wrapping;

use std::collections::{HashMap, HashSet};

use body::Side;
use names::Name;
use text::How;

pub use key::{Key, KeyTooShort};
pub use policy::{BadKeep, Keep, Mode, Policy};

use super::{
    exchange::{Answered, Exchange, Outcome, Redacted},
    path::Path,
};
use pseudonym::Pseudonyms;

/// More places of one body are told without their numbers: `$.items[*].name`.
const PLACES: usize = 64;

/// For one recording: it remembers which pseudonyms are taken.
#[derive(Debug)]
pub struct Redactor {
    policy: Policy,
    pseudonyms: Pseudonyms,
    /// What routes declare in their paths.
    literals: HashSet<String>,
    /// That were asked.
    hosts: HashSet<String>,
    /// What names of members say, for they come again and again.
    names: HashMap<String, Name>,
    /// Of the exchange that is at work.
    places: Vec<Redacted>,
    noted: HashSet<Redacted>,
}

/// Of as many routes, hosts and names as a backend has.
const MOST: usize = 10_000;

impl Redactor {
    pub fn new(policy: &Policy, key: Key) -> Self {
        Self {
            policy: policy.clone(),
            pseudonyms: Pseudonyms::new(key),
            literals: HashSet::new(),
            hosts: HashSet::new(),
            names: HashMap::new(),
            places: Vec::new(),
            noted: HashSet::new(),
        }
    }

    /// Everything of it: target, headers, bodies (whole, before they become blobs), trailers, frames, reasons.
    pub fn redact(&mut self, exchange: &mut Exchange) {
        if self.literals.len() < MOST {
            self.learn_template(&exchange.route);
        }
        let request = &mut exchange.request;
        if let Some(host) = request.header("host")
            && self.hosts.len() < MOST
        {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            self.hosts.insert(name.to_ascii_lowercase());
        }
        if let Some(target) = self.target(&request.target, &exchange.route) {
            request.target = target;
        }
        // The type of a body stays, and so does its coding: either is looked up before it could be replaced.
        self.body(&mut request.body, &request.headers, &Side { name: "request" });
        self.headers(&mut request.headers, "request header");
        match &mut exchange.outcome {
            Outcome::Answered(answered) => self.answered(answered),
            Outcome::Broken(broken) => {
                if let Some(replaced) = self.text(&broken.reason, How::of(Mode::Secrets)) {
                    self.note("reason".to_owned(), &replaced.class);
                    broken.reason = replaced.text;
                }
                if let Some(begun) = &mut broken.begun {
                    self.answered(begun);
                }
            }
            Outcome::Blocked(_) => {}
        }
        self.noted.clear();
        exchange.redacted.append(&mut self.places);
    }

    /// Who asked, under a name that says nothing of them: of client address and user agent.
    pub fn session(&self, client: &[u8]) -> String {
        let digest = self.pseudonyms.key().digest("session", client);
        let name: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        pseudonym::mark::marked(&name)
    }

    fn answered(&mut self, answered: &mut Answered) {
        self.body(&mut answered.body, &answered.headers, &Side { name: "answer" });
        self.headers(&mut answered.headers, "answer header");
        self.headers(&mut answered.trailers, "answer trailer");
        for (number, frame) in answered.frames.iter_mut().enumerate() {
            self.content(&mut frame.content, "", &format!("frame {number}"));
        }
    }

    fn named(&mut self, name: &str) -> Name {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let known = Name::of(name, &self.policy.sensitive);
        if self.names.len() < MOST {
            self.names.insert(name.to_owned(), known);
        }
        known
    }

    fn note(&mut self, at: String, class: &str) {
        let place = Redacted { at, class: class.to_owned() };
        if self.noted.insert(place.clone()) {
            self.places.push(place);
        }
    }

    fn note_all(&mut self, places: &[(Path, String)], at: &str) {
        for (path, class) in places {
            let path =
                if places.len() > PLACES { path.with_any_item().to_string() } else { path.to_string() };
            self.note(format!("{at} {path}"), class);
        }
    }
}

#[cfg(test)]
mod tests;
