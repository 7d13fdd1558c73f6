//! A rules file is read whole, and everything that is wrong with it is told at once.

use std::path;

use super::{At, Level, Operation, Reset, Rules};
use crate::parity::{
    difference::{Difference, Kind, Place},
    path::{Path, Step},
};

fn parse(text: &str) -> Result<Rules, String> {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    Rules::parse(path::Path::new("rules.toml"), text, today).map_err(|mistakes| mistakes.to_string())
}

#[test]
fn a_file_says_all_that_can_be_said() {
    let rules = parse(
        r#"
schema = 1
[levels]
spelling = "fail"
[headers]
volatile = ["X-Trace"]
[[rule]]
op = "GET /items"
at = "body $.items[*].score"
expect = { number = { rel = 1e-9 } }
reason = "the order of a sum of floats"
[[rule]]
op = "*"
at = "header server"
expect = "ignore"
reason = "the gateway says who it is"
expires = 2027-03-01
[[accept]]
op = "GET /me"
at = "body $.legacy_flag"
from = "present"
to = "absent"
approved_by = "ada"
reason = "nobody reads it any more"
[credentials]
"ada@example.com" = "env:COMPAT_ADA"
[state]
database = "env:COMPAT_DATABASE_URL"
reset = { template = "seeded" }
fingerprint = ["users"]
"#,
    )
    .unwrap();
    assert_eq!(rules.spelling, Level::Fail);
    assert!(rules.is_volatile("x-trace") && rules.is_volatile("Date") && !rules.is_volatile("server"));
    assert_eq!(
        rules.rules.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "GET /items, body $.items[*].score: number within 0 or 0.000000001 of it (the order of a sum of floats)",
            "*, header server: ignore (the gateway says who it is)",
        ]
    );
    assert_eq!(rules.accepts.len(), 1);
    assert_eq!(rules.credentials, [("ada@example.com".to_owned(), "env:COMPAT_ADA".to_owned())]);
    assert_eq!(rules.state.reset, Some(Reset::Template("seeded".to_owned())));
    assert_eq!(rules.state.fingerprint, ["users"]);
}

#[test]
fn every_mistake_is_told_with_its_remedy() {
    let rule = |lines: &str| {
        format!("schema = 1\n[[rule]]\nop = \"GET /\"\nreason = \"long enough it is\"\n{lines}")
    };
    for (text, told) in [
        ("schema = 2".to_owned(), &["`2` is out of range"][..]),
        (String::new(), &["the file has no `schema`"]),
        (rule("at = \"status\"\nexpect = \"uid\""), &["`uid` is not a matcher", "did you mean `\"uuid\"`"]),
        (rule("at = \"items\"\nexpect = \"uuid\""), &["`items` is no place of an answer"]),
        (rule("at = \"body items\"\nexpect = \"uuid\""), &["anchor it at `$`"]),
        (rule("at = \"status\"\nexpect = \"ignore\""), &["what is ignored has no end"]),
        (
            rule("at = \"status\"\nexpect = \"uuid\"\nexpires = 2026-11-21"),
            &["the rule expired on 2026-11-21"],
        ),
        (rule("at = \"status\"\nexpect = { nubmer = { rel = 1 } }"), &["did you mean `number`"]),
        (rule("at = \"status\"\nexpect = { regex = \"(\" }"), &["regex parse error"]),
        (rule("at = \"status\"\nexpect = \"uuid\"\nexpire = 1"), &["did you mean `expires`"]),
        (rule("expect = \"uuid\""), &["has no `at`"]),
        (
            "schema = 1\n[[rule]]\nop = \"GET /\"\nat = \"status\"\nexpect = \"type\"\nreason = \"x\""
                .to_owned(),
            &["this is no reason"],
        ),
        ("schema = 1\n[credentials]\nada = \"secret\"".to_owned(), &["a secret does not stand in this file"]),
        ("schema = 1\n[state]\nfingerprint = [\"users\"]".to_owned(), &["there is no database"]),
        (
            "schema = 1\n[levels]\nspelling = \"off\"\n[hedaers]\n".to_owned(),
            &["`off` is not a level", "did you mean `headers`"],
        ),
    ] {
        let mistakes = parse(&text).unwrap_err();
        for told in told {
            assert!(mistakes.contains(told), "{told}: {mistakes}");
        }
    }
}

/// Whether a matcher, as it is written, lets the second value stand for the first.
fn excuses(expect: &str, legacy: &str, native: &str) -> bool {
    let expires = if expect == "\"ignore\"" { "expires = 2027-03-01\n" } else { "" };
    let text = format!(
        "schema = 1\n[[rule]]\nop = \"*\"\nat = \"body $.a\"\nexpect = {expect}\n{expires}reason = \"a reason that says why\"\n"
    );
    let rules = parse(&text).unwrap_or_else(|told| panic!("{told}"));
    let kind = match (legacy.is_empty(), native.is_empty()) {
        (true, _) => Kind::Added,
        (_, true) => Kind::Missing,
        (false, false) => Kind::Value,
    };
    let (legacy, native) = (legacy.to_owned(), native.to_owned());
    rules.rules[0].expect.excuses(&Difference { place: Place::Body, kind, legacy, native })
}

#[test]
fn a_matcher_lets_through_what_its_name_says_and_nothing_else() {
    let (uuid, other) =
        ("\"9999411b-7547-487f-ae3d-c8be92c0dea6\"", "\"1234411b-7547-487f-ae3d-c8be92c0dea6\"");
    for (expect, legacy, native, expected) in [
        ("\"equal\"", "1", "2", false),
        ("\"lexeme\"", "1.0", "1", false),
        ("\"type\"", "1", "2", true),
        ("\"type\"", "1", "2.0", false),
        ("\"type\"", "1", "\"2\"", false),
        ("\"type\"", "1", "null", false),
        ("\"type\"", "true", "false", true),
        ("\"type\"", "1", "", false),
        ("\"bound\"", "\"a\"", "\"b\"", true),
        ("\"bound\"", "\"a\"", "1", false),
        ("{ regex = \"PT[0-9]+S\" }", "\"PT90S\"", "\"PT91S\"", true),
        ("{ regex = \"PT[0-9]+S\" }", "\"PT90S\"", "\"PT91S or so\"", false),
        ("{ regex = \"PT[0-9]+S\" }", "\"PT90S\"", "\"about PT91S\"", false),
        ("{ regex = \"a|ab\" }", "\"a\"", "\"ac\"", false),
        ("{ number = { abs = 0.01 } }", "1.0", "1.01", true),
        ("{ number = { abs = 0.01 } }", "1.0", "1.02", false),
        ("{ number = { rel = 1e-3 } }", "1000", "1001", true),
        ("{ number = { rel = 1e-3 } }", "1000", "1002", false),
        ("{ number = { rel = 1e-3 } }", "-1000", "1000", false),
        ("{ number = { rel = 1e-3 } }", "1000", "\"1000\"", false),
        ("{ instant = { within = \"2s\" } }", "\"2026-01-05T09:30:01Z\"", "\"2026-01-05T09:30:03Z\"", true),
        ("{ instant = { within = \"2s\" } }", "\"2026-01-05T09:30:01Z\"", "\"2026-01-05T09:29:59Z\"", true),
        ("{ instant = { within = \"2s\" } }", "\"2026-01-05T09:30:01Z\"", "\"2026-01-05T09:30:04Z\"", false),
        (
            "{ instant = { within = \"2s\" } }",
            "\"2026-01-05T09:30:01Z\"",
            "\"2026-01-05T09:30:01+00:00\"",
            false,
        ),
        ("\"uuid\"", uuid, other, true),
        ("\"uuid\"", uuid, "\"9999411b7547487fae3dc8be92c0dea6\"", false),
        ("\"uuid\"", uuid, "\"another\"", false),
        ("\"present\"", "1", "\"x\"", true),
        ("\"present\"", "1", "null", true),
        ("\"present\"", "1", "", false),
        ("\"present\"", "", "1", false),
        ("\"null_or_absent\"", "null", "", true),
        ("\"null_or_absent\"", "", "null", true),
        ("\"null_or_absent\"", "", "0", false),
        ("\"null_or_absent\"", "\"\"", "null", false),
        ("{ url = { ignore_host = true } }", "\"http://a/x?y\"", "\"https://b:8/x?y\"", true),
        ("{ url = { ignore_host = true } }", "\"http://a/x\"", "\"http://a/y\"", false),
        ("{ url = { ignore_host = true } }", "\"http://a\"", "\"http://b/\"", false),
        ("{ url = { ignore_host = false } }", "\"http://a/x\"", "\"http://b/x\"", false),
        ("{ text = { trim = true } }", "\"a b\"", "\" a b\\n\"", true),
        ("{ text = { trim = true } }", "\"a b\"", "\"a  b\"", false),
        ("{ text = { trim = true } }", "\"1\"", "1", false),
        ("\"ignore\"", "1", "", true),
        ("\"unordered\"", "[1,2]", "[2,1]", false),
    ] {
        assert_eq!(excuses(expect, legacy, native), expected, "{expect}: {legacy} {native}");
    }
}

/// `a[3].b`
fn path(text: &str) -> Path {
    let mut path = Path::default();
    for part in text.split('.') {
        let (name, item) = part.split_once('[').unwrap_or((part, ""));
        path.push(Step::Member(name.to_owned()));
        item.trim_end_matches(']').parse().into_iter().for_each(|item| path.push(Step::Item(item)));
    }
    path
}

#[test]
fn a_rule_is_about_its_own_route_and_place() {
    for (op, route, expected) in [
        ("GET /items", "GET /items", true),
        ("GET /items", "GET /items/{id}", false),
        ("GET /items*", "GET /items/{id}", true),
        ("GET *", "POST /items", false),
        ("*", "", true),
    ] {
        assert_eq!(Operation::new(op).is_about(route), expected, "{op} {route}");
    }
    let json = |text: &str| Place::Json(path(text));
    for (at, place, expected) in [
        ("status", Place::Status, true),
        ("body", json("a"), false),
        ("body $.a", json("a"), true),
        ("body $.a", json("a.b"), false),
        ("body $..b", json("a.b"), true),
        ("body $.a[*].b", json("a[3].b"), true),
        ("body $.a[*].b", json("a.b"), false),
        ("header ETag", Place::Header("etag".to_owned()), true),
        ("trailer etag", Place::Header("etag".to_owned()), false),
        ("frame", Place::Frame(2, None), true),
        ("frame", Place::Frame(2, Some(path("n"))), false),
        ("frame $.n", Place::Frame(2, Some(path("n"))), true),
        ("event $.n", Place::Frame(2, Some(path("n"))), false),
    ] {
        assert_eq!(at.parse::<At>().unwrap().matches(&place), expected, "{at} {place}");
    }
}
