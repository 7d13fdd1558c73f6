//! The narrowest rule that would excuse a finding, and which breaks it would let through.

use std::time::Duration;

use super::Wronged;
use crate::parity::{
    difference::{Difference, Kind, Place},
    finding::Suggestion,
    rules::{Matcher, matcher::sort},
};

/// From the narrowest; each as it is written, and the breaks that it hides in its place.
fn candidates() -> Vec<(Matcher, &'static str, &'static [&'static str])> {
    let minute = Duration::from_secs(60);
    vec![
        (Matcher::Number { abs: 0.0, rel: 1e-9 }, "{ number = { rel = 1e-9 } }", &["number-text"]),
        (Matcher::Trim, "{ text = { trim = true } }", &["padded"]),
        (Matcher::Url { ignore_host: true }, "{ url = { ignore_host = true } }", &["header-changed"]),
        (Matcher::Uuid, "\"uuid\"", &["fresh"]),
        (Matcher::Instant { within: minute }, "{ instant = { within = \"1m\" } }", &["now", "swapped"]),
        (Matcher::NullOrAbsent, "\"null_or_absent\"", &["dropped", "null"]),
        (
            Matcher::Number { abs: 0.0, rel: 0.1 },
            "{ number = { rel = 0.1 } }",
            &["number-text", "rounded", "off-by-one"],
        ),
        (
            Matcher::Type,
            "\"type\"",
            &[
                "constant",
                "stale",
                "swapped",
                "fresh",
                "shifted",
                "long-ago",
                "off-by-one",
                "padded",
                "cased",
            ],
        ),
        (
            Matcher::Present,
            "\"present\"",
            &["constant", "null", "stringified", "emptied", "stale", "swapped", "fresh"],
        ),
    ]
}

pub(super) fn suggest(route: &str, general: &str, wrongs: &[&Wronged]) -> Option<Suggestion> {
    let first = wrongs.first()?;
    if !wrongs.iter().all(|wrong| wrong.is_difference) || general == "exchange" {
        return None;
    }
    let is_array = sort(&first.reference) != "text" && first.kind == "order" && general.starts_with("body");
    let written = |expect: &str| {
        let (route, general) = (serde_json::Value::from(route), serde_json::Value::from(general));
        format!("[[rule]]\nop = {route}\nat = {general}\nexpect = {expect}\nreason = \"\"")
    };
    if is_array {
        let lets_through = vec!["reversed".to_owned()];
        return Some(Suggestion { rule: written("\"unordered\""), lets_through });
    }
    let differences: Vec<Difference> = wrongs
        .iter()
        .map(|wrong| Difference {
            place: Place::Body,
            kind: match wrong.kind.as_str() {
                "missing" => Kind::Missing,
                "added" => Kind::Added,
                _ => Kind::Value,
            },
            legacy: wrong.reference.clone(),
            native: wrong.live.clone(),
        })
        .collect();
    let fitting = candidates()
        .into_iter()
        .find(|(matcher, ..)| differences.iter().all(|difference| matcher.excuses(difference)));
    let (expect, lets_through) = match fitting {
        Some((_, expect, breaks)) => {
            (expect.to_owned(), breaks.iter().map(|name| (*name).to_owned()).collect())
        }
        None => ("\"ignore\"\nexpires = ".to_owned(), vec!["everything at this place".to_owned()]),
    };
    Some(Suggestion { rule: written(&expect), lets_through })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parity::finding::Severity;

    fn wronged(kind: &str, reference: &str, live: &str) -> Wronged {
        Wronged {
            at: "body $.a".to_owned(),
            general: "body $.a".to_owned(),
            kind: kind.to_owned(),
            severity: Severity::Breaking,
            message: String::new(),
            reference: reference.to_owned(),
            live: live.to_owned(),
            is_difference: true,
        }
    }

    /// What is suggested, without the lines that are always there.
    fn suggested(general: &str, wrongs: &[Wronged]) -> Option<String> {
        let suggestion = suggest("GET /items", general, &wrongs.iter().collect::<Vec<_>>())?;
        let rule = suggestion.rule.strip_prefix("[[rule]]\nop = \"GET /items\"\nat = ")?;
        let rule =
            rule.strip_prefix(&serde_json::Value::from(general).to_string())?.strip_prefix("\nexpect = ")?;
        rule.strip_suffix("\nreason = \"\"").map(str::to_owned)
    }

    #[test]
    fn the_narrowest_rule_that_excuses_all_of_it_is_suggested() {
        let uuid = |start: &str| format!("\"{start}-7547-487f-ae3d-c8be92c0dea6\"");
        let (one, other) = (uuid("99990000"), uuid("11110000"));
        for (differing, expected) in [
            (&[("1.10", "1.1000000001")][..], "{ number = { rel = 1e-9 } }"),
            (&[("100", "105")], "{ number = { rel = 0.1 } }"),
            (&[("100", "105"), ("1", "7")], "\"type\""),
            (&[("100", "105"), ("1", "\"7\"")], "\"present\""),
            (&[("\"a b\"", "\"a b \"")], "{ text = { trim = true } }"),
            (&[("\"http://a/x\"", "\"http://b/x\"")], "{ url = { ignore_host = true } }"),
            (&[(&one, &other)], "\"uuid\""),
            (
                &[("\"2026-01-05T09:30:01Z\"", "\"2026-01-05T09:30:31Z\"")],
                "{ instant = { within = \"1m\" } }",
            ),
            (&[("\"2026-01-05T09:30:01Z\"", "\"2026-01-05T11:30:01Z\"")], "\"type\""),
            (&[("\"open\"", "\"done\"")], "\"type\""),
            (&[("1", "null")], "\"present\""),
        ] {
            let wrongs: Vec<_> = differing.iter().map(|(one, other)| wronged("value", one, other)).collect();
            assert_eq!(suggested("body $.a", &wrongs).as_deref(), Some(expected), "{differing:?}");
        }
        for (kind, reference, live, expected) in [
            ("missing", "null", "", "\"null_or_absent\""),
            ("added", "", "null", "\"null_or_absent\""),
            ("missing", "1", "", "\"ignore\"\nexpires = "),
            ("order", "1,2", "2,1", "\"unordered\""),
        ] {
            let found = suggested("body $.a", &[wronged(kind, reference, live)]);
            assert_eq!(found.as_deref(), Some(expected), "{kind} {reference} {live}");
        }
    }

    #[test]
    fn what_no_rule_should_excuse_has_none() {
        assert_eq!(suggested("exchange", &[wronged("missing", "an exchange", "")]), None);
        let generated = Wronged { is_difference: false, ..wronged("stale", "\"x\"", "\"x\"") };
        assert_eq!(suggested("body $.a", &[wronged("value", "1", "2"), generated]), None);
        assert_eq!(suggested("body $.a", &[]), None);
        // An order of headers is no array.
        let headers = suggested("header vary", &[wronged("order", "date, vary", "vary, date")]);
        assert_ne!(headers.as_deref(), Some("\"unordered\""));
    }
}
