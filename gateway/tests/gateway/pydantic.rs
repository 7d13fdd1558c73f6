//! The kit's types against the real Pydantic: thousands of values, each with what came of it there.

mod kit;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use gateway::contract::python::Value;
use serde::Deserialize;

use crate::house::{json_body, show};

/// One line of `compat-tests/pydantic/conversions.jsonl`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "in")]
    given: String,
    /// What is shown of the value.
    out: Option<String>,
    /// The body of the 422.
    errors: Option<String>,
    /// The exception behind the 500; ours is a 422, whatever it says.
    raises: Option<String>,
    /// The original raises over what it echoes.
    #[serde(default)]
    unsendable: bool,
}

/// Where we refuse what they refuse, in other words, and why.
struct Allowed {
    kind: &'static str,
    given: fn(&str) -> bool,
    reason: &'static str,
}

const ALLOWED: &[Allowed] = &[
    Allowed {
        kind: "UUID",
        given: |text| text.contains("\\u06"),
        reason: "the uuid crate that pydantic-core is built with looks at the low byte of a character only",
    },
    Allowed {
        kind: "EmailStr",
        given: |text| text == r#""\ud800""#,
        reason: "a lone surrogate is no text here: it is refused before anything is looked for in it",
    },
    Allowed {
        kind: "EmailStr",
        given: |text| text.starts_with("\"a@[1."),
        reason: "what is wrong with an IPv4 address in brackets is told by Python's `ipaddress`; none is ever taken",
    },
];

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "compat-tests", "pydantic"].iter().collect()
}

fn table() -> String {
    fs::read_to_string(folder().join("conversions.jsonl")).unwrap()
}

#[test]
fn every_value_becomes_what_pydantic_makes_of_it() {
    let mut excused = [0; ALLOWED.len()];
    let (mut seen, mut differences) = (BTreeMap::<String, (usize, usize, usize)>::new(), Vec::new());
    for line in table().lines() {
        let row: Row = serde_json::from_str(line).unwrap();
        let ours = kit::read(&row.kind, &json_body(&row.given));
        let agrees = match (&row.out, &row.errors, &row.raises) {
            (Some(out), None, None) => ours.as_ref() == Ok(out),
            (None, Some(errors), None) => ours.as_ref() == Err(errors),
            (None, None, Some(_)) => ours.is_err(),
            _ => panic!("a row has one outcome: {line}"),
        };
        let counts = seen.entry(row.kind.clone()).or_default();
        counts.0 += usize::from(row.out.is_some());
        counts.1 += usize::from(row.errors.is_some());
        counts.2 += usize::from(row.raises.is_some() || row.unsendable);
        let excuse = ALLOWED
            .iter()
            .position(|allowed| row.kind.starts_with(allowed.kind) && (allowed.given)(&row.given));
        if let Some(excuse) = excuse.filter(|_| !agrees && row.errors.is_some() && ours.is_err()) {
            excused[excuse] += 1;
        } else if !agrees {
            let expected = row.out.or(row.errors).or(row.raises);
            differences.push(format!("{} {}\n  theirs {expected:?}\n  ours   {ours:?}", row.kind, row.given));
        }
    }
    let total: usize = seen.values().map(|(values, refusals, _)| values + refusals).sum();
    for (kind, (values, refusals, raised)) in &seen {
        show(&format!(
            "pydantic: {kind:<36} {values:>4} values, {refusals:>4} refusals, {raised:>2} raised there"
        ));
    }
    show(&format!(
        "pydantic: {total} conversions of {} types, {} differences",
        seen.len(),
        differences.len()
    ));
    for (allowed, times) in ALLOWED.iter().zip(excused) {
        show(&format!(
            "pydantic: {times:>2} refusals of {} in other words: {}",
            allowed.kind, allowed.reason
        ));
        assert!(times > 0, "no longer needed: {}", allowed.reason);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(total >= 1500, "{total} rows prove too little");
}

#[test]
fn the_table_is_what_both_pinned_versions_say() {
    let committed = table();
    for version in ["0.115", "newest"] {
        let python: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "..", ".dev", "python", version, "bin", "python"].iter().collect();
        let made = Command::new(python).arg("-B").arg(folder().join("generate.py")).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let made = String::from_utf8(made.stdout).unwrap();
        let stale = made.lines().zip(committed.lines()).find(|(now, then)| now != then);
        assert!(stale.is_none(), "{version}: conversions.jsonl is stale: {stale:?}");
        assert_eq!(made.lines().count(), committed.lines().count(), "{version}: conversions.jsonl is stale");
    }
}

/// A body of ten mebibytes is small enough to be read; what is in it must not cost more than reading it.
#[test]
fn what_is_enormous_takes_no_time() {
    let million = |part: &str| part.repeat(1_000_000 / part.len());
    let texts = [
        million("1"),
        million("0"),
        million("-"),
        million("_1"),
        million("1_"),
        million("\u{665}"),
        million("a"),
        million("a@"),
        million("\u{e9}"),
        million("e\u{301}"),
        million(" "),
        million("1:"),
        million("P1D"),
        million("\""),
        format!("0.{}", million("3")),
        format!("1e{}", million("9")),
        format!("a@{}.com", million("\u{fc}.")),
        format!("http://{}", million("\u{fc}.")),
        format!("http://{}", million("\u{fc}")),
        format!("http://a/{}", million("../")),
        "1e999999999".to_owned(),
        "1e-999999999".to_owned(),
    ];
    let kinds: BTreeSet<String> =
        table().lines().map(|line| serde_json::from_str::<Row>(line).unwrap().kind).collect();
    let mut slowest = (Duration::ZERO, String::new());
    for kind in &kinds {
        for text in &texts {
            let start = Instant::now();
            let _ = kit::read(kind, &Value::text(text));
            let taken = (start.elapsed(), format!("{kind} of {} bytes: {:.12}", text.len(), text));
            slowest = slowest.max(taken);
        }
    }
    show(&format!("pydantic: the slowest of enormous texts took {:?}: {}", slowest.0, slowest.1));
    assert!(slowest.0 < Duration::from_secs(5), "{slowest:?}");
}
