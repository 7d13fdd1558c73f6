//! What lets a request in, and what becomes of one that is refused where it was let in then.
//!
//! A token may have run out, so the login that gave it is asked once more. A request that is refused even so is a
//! difference only if what it shows has let others in; else the whole of them has one cause.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    anatomy::{self, Spot},
    binding::{Need, Source},
    credentials,
    graph::{Graph, Step},
};
use crate::parity::exchange::{Blocked, Exchange, Outcome};

pub(super) struct Admission {
    shown: HashMap<u64, Credential>,
    /// Those that have let somebody in, by who gave them.
    proven: HashSet<u64>,
    renewals: HashMap<u64, Renewal>,
    asked_again: HashSet<u64>,
}

#[derive(Clone)]
struct Credential {
    /// Who gave it, or the first that shows it where the recording does not have its beginning.
    cause: Blocked,
    /// Where the live side gives it, and the login to ask for it.
    renewed_by: Option<(Source, u64)>,
}

enum Renewal {
    /// These wait for it.
    UnderWay(Vec<u64>),
    Done,
}

/// What to do about a request that was refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Different,
    Blocked(Blocked),
    /// A login is under way already.
    Waits,
    LogIn(u64),
    AskAgain,
}

const UNAUTHORIZED: u16 = 401;

/// Request headers, and parameters as WebSockets of browsers need them, that let somebody in.
const PLACES: [&str; 6] = [
    "header authorization",
    "header cookie",
    "header x-api-key",
    "header x-auth-token",
    "target ?access_token",
    "target ?token",
];

impl Admission {
    pub(super) fn of(recorded: &BTreeMap<u64, &Exchange>, graph: &Graph) -> Self {
        let mut first: HashMap<String, u64> = HashMap::new();
        let mut shown = HashMap::new();
        for (id, step) in &graph.steps {
            let given = step.needs.0.iter().find(|(place, _)| lets_in(place));
            let credential = match given {
                Some((_, need)) => given_by(need, recorded, graph),
                None => brought(recorded[id], *id, &mut first),
            };
            shown.extend(credential.map(|credential| (*id, credential)));
        }
        Self { shown, proven: HashSet::new(), renewals: HashMap::new(), asked_again: HashSet::new() }
    }

    /// Takes note of what came of a request; says what to do where it is refused and was not.
    pub(super) fn hears(&mut self, recorded: &Exchange, outcome: &Outcome) -> Option<Refused> {
        let status = |outcome: &Outcome| match outcome {
            Outcome::Answered(answered) => Some(answered.status),
            Outcome::Broken(_) | Outcome::Blocked(_) => None,
        };
        let was_let_in = status(&recorded.outcome).is_some_and(|status| status < 400);
        let credential = self.shown.get(&recorded.id).filter(|_| was_let_in)?;
        let now = status(outcome)?;
        if now < 400 {
            self.proven.insert(credential.cause.by);
        }
        (now == UNAUTHORIZED).then(|| self.refused(recorded.id))
    }

    fn refused(&mut self, id: u64) -> Refused {
        let Some(Credential { cause, renewed_by }) = self.shown.get(&id) else { return Refused::Different };
        let login = renewed_by.as_ref().filter(|_| !self.asked_again.contains(&id));
        let Some((_, login)) = login else {
            let is_proven = self.proven.contains(&cause.by);
            return if is_proven { Refused::Different } else { Refused::Blocked(cause.clone()) };
        };
        match self.renewals.get_mut(login) {
            None => {
                self.renewals.insert(*login, Renewal::UnderWay(vec![id]));
                Refused::LogIn(*login)
            }
            Some(Renewal::UnderWay(waiting)) => {
                waiting.push(id);
                Refused::Waits
            }
            Some(Renewal::Done) => {
                self.asked_again.insert(id);
                Refused::AskAgain
            }
        }
    }

    /// Those that waited for a login that has ended.
    pub(super) fn renewed(&mut self, login: u64) -> Vec<u64> {
        match self.renewals.insert(login, Renewal::Done) {
            Some(Renewal::UnderWay(waiting)) => {
                self.asked_again.extend(&waiting);
                waiting
            }
            Some(Renewal::Done) | None => Vec::new(),
        }
    }

    /// Where the live side gave what these show: a login says it in the same place as whoever renewed its token.
    pub(super) fn places_of(&self, login: u64) -> Vec<Source> {
        let given = self.shown.values().filter_map(|credential| credential.renewed_by.as_ref());
        given.filter(|(_, by)| *by == login).map(|(source, _)| source.clone()).collect()
    }

    pub(super) fn cause(&self, id: u64) -> Option<Blocked> {
        self.shown.get(&id).map(|credential| credential.cause.clone())
    }
}

fn lets_in(place: &str) -> bool {
    PLACES
        .iter()
        .any(|start| place.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

fn given_by(need: &Need, recorded: &BTreeMap<u64, &Exchange>, graph: &Graph) -> Option<Credential> {
    let source = need.sources.first()?;
    let login = login_behind(source.exchange, recorded, graph);
    let by = login.unwrap_or(source.exchange);
    let cause = Blocked { by, needs: source.place.clone() };
    Some(Credential { cause, renewed_by: login.map(|login| (source.clone(), login)) })
}

/// A token for renewing is good once: whoever gave the first of them is asked, with the password.
fn login_behind(giver: u64, recorded: &BTreeMap<u64, &Exchange>, graph: &Graph) -> Option<u64> {
    let mut seen = HashSet::new();
    let mut open = vec![giver];
    while let Some(id) = open.pop() {
        let step: Option<&Step> = graph.steps.get(&id).filter(|_| seen.insert(id));
        let Some(step) = step else { continue };
        if credentials::is_login(recorded[&id]) || (id == giver && step.needs.0.is_empty()) {
            return Some(id);
        }
        open.extend(
            step.needs.0.values().filter_map(|need| need.sources.first()).map(|source| source.exchange),
        );
    }
    None
}

/// Something that the client had before the recording began.
fn brought(exchange: &Exchange, id: u64, first: &mut HashMap<String, u64>) -> Option<Credential> {
    let mut found = None;
    let _ = anatomy::request(&exchange.route, &exchange.request, &mut |spot: &Spot, text: &str| {
        if found.is_none() && lets_in(&spot.place) {
            found = Some((spot.place.clone(), text.to_owned()));
        }
        None
    });
    let (place, text) = found?;
    let by = *first.entry(format!("{place} {text}")).or_insert(id);
    Some(Credential { cause: Blocked { by, needs: format!("request {place}") }, renewed_by: None })
}
