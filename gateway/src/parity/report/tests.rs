//! Everything a report has is shown, as text, in files of a size that opens, and the same every time.

mod answers;
mod results;
mod schema;

use serde_json::Value;

use super::{page, read, summary, write};
use crate::parity::finding::Report;

const SAMPLE: &str = include_str!("sample.json");

fn sample() -> Report {
    read(SAMPLE).unwrap()
}

/// As a page writes it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The sample with a word or a number of its own in every place that takes any.
fn numbered() -> (Report, Vec<(String, String)>) {
    let mut document: Value = serde_json::from_str(SAMPLE).unwrap();
    let mut tokens = Vec::new();
    number(&mut document, "", &mut tokens);
    (read(&document.to_string()).unwrap(), tokens)
}

fn number(value: &mut Value, at: &str, tokens: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if !["schema", "verdict", "severity"].contains(&name.as_str()) {
                    number(value, &format!("{at}.{name}"), tokens);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| number(item, at, tokens)),
        Value::String(text) => {
            *text = format!("word-{}-", tokens.len());
            tokens.push((at.to_owned(), text.clone()));
        }
        Value::Number(number) => {
            // A status has sixteen bits.
            *number = (30_000 + tokens.len()).into();
            tokens.push((at.to_owned(), number.to_string()));
        }
        Value::Bool(_) | Value::Null => panic!("{at} is neither text nor number"),
    }
}

#[test]
fn whatever_a_report_says_stands_on_the_page() {
    let (report, tokens) = numbered();
    // What differs within a line is marked.
    let page = page(&report).replace("<mark>", "").replace("</mark>", "");
    assert!(tokens.len() > 300, "{}", tokens.len());
    for (at, token) in tokens {
        assert!(page.contains(&token), "{at} is not shown");
    }
}

#[test]
fn a_summary_has_each_value_but_the_answers() {
    let (report, tokens) = numbered();
    let summary = summary(&report);
    let said = |at: &str| {
        let of_the_first_example = ["curl", "reference", "live"];
        match at.rsplit_once('.').unwrap() {
            (".routes.counts", field) => field != "verified",
            (".findings", field) => field != "id",
            (".findings.examples", field) => of_the_first_example.contains(&field),
            (".routes" | ".blocked" | ".counts", _) => at != ".blocked.exchanges",
            _ => false,
        }
    };
    let second: Vec<_> = report.findings.iter().flat_map(|finding| finding.examples.iter().skip(1)).collect();
    let is_second = |token: &str| {
        second
            .iter()
            .any(|example| [&example.curl, &example.reference, &example.live].contains(&&token.to_owned()))
    };
    let mut seen = 0;
    for (at, token) in tokens.iter().filter(|(at, token)| said(at) && !is_second(token)) {
        assert!(summary.contains(token), "{at} is not said");
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}

#[test]
fn what_an_answer_says_is_text_wherever_it_stands() {
    const HOSTILE: &str =
        "</script></style><script>alert(1)</script><img src=x onerror='alert(2)'>\" onclick=\"alert(3)";
    let mut document: Value = serde_json::from_str(SAMPLE).unwrap();
    replace(&mut document, HOSTILE);
    let page = page(&read(&document.to_string()).unwrap());
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("</style").count(), 1);
    assert!(!page.contains("<img") && !page.contains("\" onclick"));
    assert!(page.contains(&escaped(HOSTILE)));
}

fn replace(value: &mut Value, by: &str) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if !["schema", "verdict", "severity"].contains(&name.as_str()) {
                    replace(value, by);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, by)),
        Value::String(text) => by.clone_into(text),
        Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

#[test]
fn what_cannot_be_seen_or_turns_the_text_around_is_shown_as_a_sign() {
    let mut report = sample();
    report.findings[0].message = "a\u{1b}[31mred\u{0}\u{202e}backwards".to_owned();
    for text in [page(&report), summary(&report)] {
        assert!(text.contains("a\u{241b}[31mred\u{2400}\u{fffd}backwards"), "{text}");
        assert!(!text.contains('\u{202e}') && !text.contains("\u{1b}[31mred"));
    }
}

#[test]
fn the_same_report_is_the_same_text() {
    let (once, again) = (sample(), read(&write(&sample())).unwrap());
    assert_eq!(page(&once), page(&again));
    assert_eq!(super::junit(&once), super::junit(&again));
    assert_eq!(summary(&once), summary(&again));
    assert_eq!(write(&once), SAMPLE);
}

#[test]
fn a_page_opens_however_much_was_found() {
    let mut report = sample();
    let many: Vec<_> = (0..40_000_usize)
        .map(|number| {
            let mut finding = report.findings[number % report.findings.len()].clone();
            finding.id = format!("{number:08}");
            finding.route = format!("GET /{number}");
            finding
        })
        .collect();
    let routes = (0..20_000_usize).map(|number| {
        let mut route = report.routes[number % report.routes.len()].clone();
        route.route = format!("GET /{number}");
        route
    });
    report.routes = routes.collect();
    report.findings = many;
    report.rules = vec![report.rules[0].clone(); 10_000];
    report.blocked = vec![report.blocked[0].clone(); 10_000];
    let page = page(&report);
    assert!(page.len() <= super::page::LARGEST, "{}", page.len());
    assert!(page.len() > super::page::LARGEST * 8 / 10, "{}", page.len());
    let shown = page.matches("id=\"finding-").count();
    assert!(page.contains(&format!(">{} more in ", 40_000 - shown)), "{shown}");
    assert!(page.contains("finding-00000000") && !page.contains("finding-00039999"));
    assert!(page.ends_with("</html>"));
}

#[test]
fn every_finding_stands_on_the_page_before_any_has_all_its_answers() {
    let mut report = sample();
    let body: String = (0..400).map(|line| format!("line {line} of an answer\n")).collect();
    let mut long = report.findings[0].clone();
    long.examples[0].reference_answer.body = body.replace(" of ", " OF ");
    long.examples[0].live_answer.body = body;
    long.examples.resize(3, long.examples[0].clone());
    report.findings = (0..300)
        .map(|number| crate::parity::finding::Finding { id: format!("{number:03}"), ..long.clone() })
        .collect();
    let page = page(&report);
    assert!(page.len() <= super::page::LARGEST, "{}", page.len());
    let (first, last) = (page.find("id=\"finding-000\"").unwrap(), page.find("id=\"finding-299\"").unwrap());
    let of = |from: usize| &page[from..page[from..].find("</li>").unwrap() + from];
    assert_eq!((of(first).matches("<table").count(), of(first).matches("class=\"example\"").count()), (3, 3));
    assert_eq!((of(last).matches("<table").count(), of(last).matches("class=\"example\"").count()), (0, 1));
    assert!(
        of(last).contains("2 more examples in ") && of(last).contains("There is no room for the answers")
    );
    assert_eq!(page.matches("id=\"finding-").count(), 300);
}

#[test]
fn an_answer_too_long_for_the_page_leaves_room_for_the_finding() {
    let mut report = sample();
    let long: Vec<_> = (0..30_000).map(|number| format!("line {number} {}", "\"<&>".repeat(200))).collect();
    report.findings[0].examples[0].live_answer.body = long.join("\n");
    report.findings[0].examples[0].live = long.join("\n");
    report.findings[0].examples[0].curl = long.join("\n");
    let page = page(&report);
    assert!(page.len() < 600_000, "{}", page.len());
    assert!(page.contains("finding-0c41d5a7") && page.contains("There is no room for the answers"));
    assert!(!page.contains("data-copies=\"curl-1-0\""), "half of a request is not copied");
}

#[test]
fn what_is_no_report_of_ours_is_refused_with_a_reason() {
    for (text, expected) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("{\n\"schema\": }", "expected value at line 2 column 11"),
        ("[]", "has no `schema`"),
        ("{}", "has no `schema`"),
        (
            "{\"schema\": \"gateway-compat-report/2\", \"new\": 1}",
            "the schema `gateway-compat-report/2`, and this gateway reads `gateway-compat-report/1`",
        ),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    let unknown = SAMPLE.replacen("\"verdict\"", "\"verdikt\"", 1);
    let error = read(&unknown).unwrap_err().to_string();
    assert!(error.contains("unknown field `verdikt`"), "{error}");
}
