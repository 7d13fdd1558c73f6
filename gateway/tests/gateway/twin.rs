//! The matcher is a twin of Starlette's: the same answer for any table and any request.
//!
//! Random tables are built as real applications, imported by the product's own importer, and asked the same requests.

mod oracle;
pub(crate) mod random;
mod request;
mod table;

use gateway::routes::{
    lock::Lock,
    matching::{Matcher, Outcome, Verb},
};
use serde_json::Value;

use oracle::Oracle;
use random::Random;
use request::random_request;
use table::Table;

const SEED: u64 = 20_261_120;
const PAIRS: usize = 50_000;
const PAIRS_LONG: usize = 1_000_000;
const PAIRS_PER_TABLE: usize = 100;

#[test]
fn fastapi_0_115_and_the_matcher_agree() {
    compare("0.115", false);
}

#[test]
fn the_newest_fastapi_and_the_matcher_agree() {
    compare("newest", true);
}

#[derive(Default)]
struct Census {
    matched: usize,
    partial: usize,
    redirect: usize,
    unlisted: usize,
    error: usize,
}

fn compare(environment: &str, is_newest: bool) {
    let mut oracle = Oracle::start(environment);
    let mut random = Random::new(SEED);
    let mut census = Census::default();
    let mut differences = Vec::new();
    let pairs = pairs();
    let mut versions = String::new();
    for _ in 0..pairs / PAIRS_PER_TABLE {
        let table = Table::random(&mut random, is_newest);
        let requests: Vec<_> = (0..PAIRS_PER_TABLE).map(|_| random_request(&mut random, &table)).collect();
        let answer = oracle.ask(&table, &requests);
        let lock = Lock::parse(&answer.lock.to_string()).unwrap();
        let known = |version: &Option<String>| version.clone().unwrap_or_default();
        versions = format!(
            "fastapi {}, starlette {}",
            known(&lock.versions.fastapi),
            known(&lock.versions.starlette)
        );
        let matcher = Matcher::new(&lock).unwrap();
        assert_eq!(answer.outcomes.len(), requests.len());
        for ((verb, target), told) in requests.iter().zip(&answer.outcomes) {
            let outcome = matcher.find(if verb == "WS" { Verb::WebSocket } else { Verb::Http(verb) }, target);
            census.count(&outcome);
            if let Some(difference) = difference(&matcher, &outcome, told) {
                differences.push(format!("{verb} {target}\n    {difference}\n    in {}", table.spec));
            }
        }
        if differences.len() >= 20 {
            break;
        }
    }
    crate::house::show(&format!(
        "twin {environment} ({versions}), seed {SEED}: {census}, {} differences",
        differences.len()
    ));
    assert!(
        differences.is_empty(),
        "twin difference, seed {SEED}:\n{}",
        differences[..differences.len().min(5)].join("\n")
    );
    census.check(pairs);
}

#[expect(clippy::disallowed_methods, reason = "the length of a test run is not a setting of the gateway")]
fn pairs() -> usize {
    if std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1") { PAIRS_LONG } else { PAIRS }
}

/// What the legacy did otherwise.
fn difference(matcher: &Matcher, outcome: &Outcome<'_>, told: &[Value]) -> Option<String> {
    let kind = told[0].as_str().unwrap();
    let same = match outcome {
        Outcome::Match { route, params } => {
            kind == "match"
                && told[1] == matcher.route(*route).key.as_str()
                && same_params(params, told[2].as_object().unwrap())
        }
        Outcome::Partial { route, allow } => {
            let first = matcher.route(*route).key.method();
            kind == "partial"
                && told[1] == serde_json::json!(allow)
                && (first == allow[0] || first == "OPAQUE")
        }
        Outcome::Redirect { location } => kind == "redirect" && told[1] == location.as_str(),
        Outcome::Unlisted => kind == "unlisted",
        Outcome::Error => kind == "error" && told[1] == "ValueError",
    };
    let route = match outcome {
        Outcome::Match { route, .. } | Outcome::Partial { route, .. } => matcher.route(*route).key.as_str(),
        Outcome::Redirect { .. } | Outcome::Unlisted | Outcome::Error => "",
    };
    (!same).then(|| format!("gateway: {outcome:?} {route}; legacy: {}", Value::from(told)))
}

/// Ours are texts, the legacy's are converted: `05` is 5 there.
fn same_params(ours: &[(&str, String)], theirs: &serde_json::Map<String, Value>) -> bool {
    ours.len() == theirs.len()
        && ours.iter().all(|(name, text)| {
            let Some(value) = theirs.get(*name) else { return false };
            let (kind, value) = (value[0].as_str().unwrap(), value[1].as_str().unwrap());
            match kind {
                "str" => text == value,
                "int" => {
                    let digits = text.trim_start_matches('0');
                    (if digits.is_empty() { "0" } else { digits }) == value
                }
                "float" => text.parse::<f64>().unwrap().to_bits() == value.parse::<f64>().unwrap().to_bits(),
                "uuid" => text.replace('-', "").to_ascii_lowercase() == value,
                other => panic!("a parameter of type {other}"),
            }
        })
}

impl Census {
    fn count(&mut self, outcome: &Outcome<'_>) {
        *match outcome {
            Outcome::Match { .. } => &mut self.matched,
            Outcome::Partial { .. } => &mut self.partial,
            Outcome::Redirect { .. } => &mut self.redirect,
            Outcome::Unlisted => &mut self.unlisted,
            Outcome::Error => &mut self.error,
        } += 1;
    }

    /// A test that hardly ever redirects proves nothing about redirects.
    fn check(&self, pairs: usize) {
        for (name, count) in [
            ("match", self.matched),
            ("partial", self.partial),
            ("redirect", self.redirect),
            ("unlisted", self.unlisted),
        ] {
            assert!(count * 10 >= pairs, "{name}: {count} of {pairs} pairs, fewer than a tenth");
        }
        assert!(self.error > 0, "no converter ever raised");
    }
}

impl std::fmt::Display for Census {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { matched, partial, redirect, unlisted, error } = self;
        let pairs = matched + partial + redirect + unlisted + error;
        let share = |count: &usize| format!("{:.1} %", *count as f64 * 100.0 / pairs as f64);
        write!(
            formatter,
            "{pairs} pairs, match {}, partial {}, redirect {}, unlisted {}, error {}",
            share(matched),
            share(partial),
            share(redirect),
            share(unlisted),
            share(error)
        )
    }
}
