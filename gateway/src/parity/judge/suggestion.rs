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
