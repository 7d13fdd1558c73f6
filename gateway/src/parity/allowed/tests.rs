//! An entry excuses what it names and nothing beside it, and is told when it excuses nothing.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use super::{Allowed, Occasion};
use crate::parity::{Answer, Window};

const REASON: &str = "reason = \"a reason that is long enough\"\n";

fn allowed(entry: &str) -> Allowed {
    Allowed::parse(&format!("[[allowed]]\n{REASON}{entry}"), "newest").unwrap()
}

fn answer(status: u16, date: &str, body: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("date", date)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Answer { status, headers: headers.into(), body: body.into() }
}

/// How many differences are left.
fn left(allowed: &mut Allowed, legacy: &Answer, native: &Answer, traits: &[&'static str]) -> usize {
    let traits: BTreeSet<_> = traits.iter().copied().collect();
    let began = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_605_400);
    let window = Window { began, ended: began + Duration::from_secs(10) };
    allowed.compare(legacy, native, Occasion { route: "GET /api/tasks", traits: &traits, window }).len()
}

#[test]
fn an_entry_excuses_its_place_its_kind_and_its_class_only() {
    let entry = "at = \"body $.data[*].created_at\"\nkind = \"value\"\nclass = \"instant\"\n";
    let body = |name: &str, at: &str| answer(200, "", &format!("{{\"data\":[{{\"{name}\":{at}}}]}}"));
    let legacy = body("created_at", "\"2026-01-05T09:30:01\"");
    for (native, expected) in [
        (body("created_at", "\"2026-01-05T09:30:02.000001\""), 0),
        (body("created_at", "\"2026-01-05T09:30:02Z\""), 1),
        (body("created_at", "\"2025-01-05T09:30:02\""), 1),
        (body("created_at", "null"), 1),
        (body("updated_at", "\"2026-01-05T09:30:02\""), 2),
    ] {
        assert_eq!(left(&mut allowed(entry), &legacy, &native, &[]), expected, "{native:?}");
    }
}

#[test]
fn an_entry_is_for_its_routes_statuses_and_requests_only() {
    let (legacy, native) = (answer(422, "", "[]"), answer(401, "", "{}"));
    for (entry, traits, expected) in [
        ("from = [422]\nto = 401\nwhen = [\"no-token\"]", &["no-token", "broken"][..], 0),
        ("from = [422]\nto = 401\nwhen = [\"no-token\"]\nroutes = [\"GET /api/*\"]", &["no-token"], 0),
        ("from = [422]\nto = 401\nwhen = [\"no-token\"]\nlegacy = \"newest\"", &["no-token"], 0),
        ("from = [422]\nto = 401\nwhen = [\"no-token\", \"broken\"]", &["no-token"], 2),
        ("from = [401]\nto = 422\nwhen = [\"no-token\"]", &["no-token"], 2),
        ("to = 401\nwhen = [\"no-token\"]", &["no-token"], 0),
        ("from = [400, 422]\nto = 401\nwhen = [\"no-token\"]", &["no-token"], 0),
        ("from = [400, 404]\nto = 401\nwhen = [\"no-token\"]", &["no-token"], 2),
        ("from = [422]\nto = 401\nwhen = [\"no-token\"]\nroutes = [\"GET /api\"]", &["no-token"], 2),
        ("from = [422]\nto = 401\nwhen = [\"no-token\"]\nlegacy = \"0.115\"", &["no-token"], 2),
    ] {
        let mut allowed = allowed(&format!("at = \"answer\"\n{entry}"));
        assert_eq!(left(&mut allowed, &legacy, &native, traits), expected, "{entry}");
    }
}

#[test]
fn an_entry_that_excuses_nothing_is_told() {
    let mut allowed = allowed("at = \"header date\"\nkind = \"value\"\nclass = \"http-date\"\n");
    let (one, other) = ("Mon, 05 Jan 2026 09:30:01 GMT", "Mon, 05 Jan 2026 09:30:02 GMT");
    assert_eq!(left(&mut allowed, &answer(200, one, "[]"), &answer(200, one, "[]"), &[]), 0);
    assert_eq!(allowed.needless(), ["header date, value (http-date): a reason that is long enough"]);
    assert_eq!(left(&mut allowed, &answer(200, one, "[]"), &answer(200, other, "[]"), &[]), 0);
    assert_eq!(allowed.needless(), [""; 0]);
    assert_eq!(allowed.figures()[0].0, 1);
}

#[test]
fn an_entry_that_would_excuse_too_much_is_refused() {
    for (entry, complaint) in [
        ("at = \"answer\"\nfrom = [422]\nto = 401", "requests that are named"),
        ("at = \"answer\"\nwhen = [\"x\"]", "one status"),
        ("at = \"answer\"\nkind = \"value\"\nfrom = [422]\nto = 401\nwhen = [\"x\"]", "unless"),
        ("at = \"header date\"", "needs a `kind`"),
        ("at = \"header date\"\nkind = \"value\"", "just anything"),
        ("at = \"header date\"\nkind = \"order\"\nclass = \"uuid\"", "values"),
        ("at = \"date\"\nkind = \"order\"", "write `answer`"),
        ("at = \"body data\"\nkind = \"order\"", "no place in a JSON document"),
        ("at = \"header date\"\nkind = \"order\"\nnote = \"\"", "parse the allowed differences"),
    ] {
        let error = Allowed::parse(&format!("[[allowed]]\n{REASON}{entry}"), "newest").unwrap_err();
        assert!(error.to_string().contains(complaint), "{entry}: {error}");
    }
    let reasonless = "[[allowed]]\nat = \"header date\"\nkind = \"order\"\nreason = \"because\"";
    assert!(Allowed::parse(reasonless, "newest").unwrap_err().to_string().contains("needs a reason"));
}
