//! Answers to another question: a query parameter that is ignored, a default that is another, bad input that is taken.
//!
//! What a server that does so would answer is in the recording, where another exchange of the route asked that.

use std::collections::BTreeMap;

use super::{Bench, Kind};
use crate::parity::exchange::{Answered, Exchange};

/// `siblings` are all good answers of the same route.
pub(super) fn break_them(asked: &Exchange, live: &Answered, siblings: &[&Exchange], bench: &mut Bench<'_>) {
    let (path, query) = question(asked);
    let neighbours: Vec<(&Answered, BTreeMap<&str, Vec<&str>>)> = siblings
        .iter()
        .filter(|sibling| sibling.id != asked.id && same_asker(sibling, asked) && question(sibling).0 == path)
        .filter_map(|sibling| Some((sibling.answered()?, question(sibling).1)))
        .filter(|(answered, _)| answered.status == live.status)
        .collect();
    for name in query.keys() {
        let place = format!("request query {name}");
        let ignoring = neighbours.iter().find(|(_, other)| without(&query, name) == without(other, name));
        if let Some((other, _)) = ignoring.filter(|(_, other)| other.get(name) != query.get(name)) {
            bench.lay(Kind::QueryIgnored, &place, || answering(live, other));
        }
    }
    for (other, their_query) in &neighbours {
        let mut more = their_query.keys().filter(|name| !query.contains_key(*name));
        if let (Some(name), None) = (more.next(), more.next())
            && without(their_query, name) == query
        {
            bench.lay(Kind::WrongDefault, &format!("request query {name}"), || answering(live, other));
        }
    }
    if (400..500).contains(&live.status) {
        let good = siblings.iter().filter_map(|sibling| sibling.answered()).find(|other| other.status < 300);
        if let Some(good) = good {
            bench.lay(Kind::InvalidAccepted, &format!("status {}", live.status), || good.clone());
        }
    }
}

/// The path, and the values of each query parameter.
fn question(exchange: &Exchange) -> (&str, BTreeMap<&str, Vec<&str>>) {
    let (path, query) = exchange.request.target.split_once('?').unwrap_or((&exchange.request.target, ""));
    let mut parameters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        parameters.entry(name).or_default().push(value);
    }
    (path, parameters)
}

fn without<'a>(query: &BTreeMap<&'a str, Vec<&'a str>>, name: &str) -> BTreeMap<&'a str, Vec<&'a str>> {
    query.iter().filter(|(other, _)| **other != name).map(|(name, values)| (*name, values.clone())).collect()
}

/// Or what differs would be whose things they are.
fn same_asker(one: &Exchange, other: &Exchange) -> bool {
    one.request.method == other.request.method
        && one.request.header("authorization") == other.request.header("authorization")
}

/// The other answer, unless it says the same: the moments at which they were given do not count.
fn answering(live: &Answered, other: &Answered) -> Answered {
    let says_the_same = other.body.content == live.body.content;
    if says_the_same { live.clone() } else { other.clone() }
}
