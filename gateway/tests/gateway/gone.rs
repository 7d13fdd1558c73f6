//! The legacy is gone: `[legacy] urls = []`. What its framework said to a request of no route, the gateway says.

mod asks;
mod own;

use std::collections::BTreeMap;

use compat_tests::{client::Answer, sample::Version};
use gateway::routes::{
    lock::Lock,
    matching::{Matcher, Outcome, Verb},
};

use crate::house::{House, Setting, shared, show};

/// Nothing is native: what is a route is denied, and not compared.
const ROUTES: &str = "schema = 1\n[defaults]\nowner = \"deny\"\n[legacy]\nurls = []\n";

/// A gateway that never hears of the legacy's address.
fn setting(version: Version) -> Setting {
    Setting { legacy_url: String::new(), routes: ROUTES.to_owned(), ..Setting::sample(version) }
}

#[tokio::test]
async fn fastapi_0_115_and_a_gateway_without_it_say_the_same() {
    compare(Version::V0_115).await;
}

#[tokio::test]
async fn the_newest_fastapi_and_a_gateway_without_it_say_the_same() {
    compare(Version::Newest).await;
}

async fn compare(version: Version) {
    let shared = shared(version);
    let house = House::open(&setting(version)).await;
    let lock = Lock::read(&shared.lock).unwrap();
    let matcher = Matcher::new(&lock).unwrap();
    let mut census: BTreeMap<(&str, u16), usize> = BTreeMap::new();
    let mut differences = Vec::new();
    let mut pairs = 0;
    for ask in asks::all(&matcher) {
        let verb = if ask.is_websocket() { Verb::WebSocket } else { Verb::Http(ask.method) };
        let outcome = matcher.find(verb, &ask.target);
        if matches!(outcome, Outcome::Match { .. }) && !ask.is_preflight() {
            continue;
        }
        let straight = ask.send(shared.legacy.address()).await;
        let through = ask.send(house.gateway.public()).await;
        pairs += 1;
        *census.entry((ask.kind(&outcome), straight.status)).or_default() += 1;
        let (straight, through) = (shown(&straight), shown(&through));
        if straight != through {
            differences.push(format!("{ask:?}\n  legacy:  {straight:?}\n  gateway: {through:?}"));
        }
    }
    let figures: Vec<_> =
        census.iter().map(|((kind, status), count)| format!("{kind} {status}: {count}")).collect();
    show(&format!(
        "the legacy gone, {version:?}: {pairs} pairs ({}), {} differences",
        figures.join(", "),
        differences.len()
    ));
    assert!(differences.is_empty(), "{}", differences[..differences.len().min(10)].join("\n"));
    assert!(pairs >= 400, "only {pairs} pairs");
    for kind in ["405", "307", "404", "500", "preflight", "websocket"] {
        let seen: usize = census.iter().filter(|((seen, _), _)| *seen == kind).map(|(_, count)| count).sum();
        assert!(seen > 0, "no {kind} among {figures:?}");
    }
    house.close();
}

/// Status, headers in their order, body. Several methods stand in the order of a Python set, another in each process.
fn shown(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.without(&["date", "server", "x-request-id"]);
    let headers = headers.0.into_iter().map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        if name != "allow" {
            return (name, value);
        }
        let mut methods: Vec<_> = value.split(", ").collect();
        methods.sort_unstable();
        (name, methods.join(", "))
    });
    (answer.status, headers.collect(), answer.text())
}
