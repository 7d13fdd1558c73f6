//! A run that is as it must be has no finding, whatever clock and chance made; one break of anything has one.

mod held;
mod properties;

use std::path::Path;

use proptest::prelude::*;

use super::Judge;
use crate::parity::{
    exchange::{
        Blocked, Exchange, Outcome, Redacted,
        content::{Body, Piece},
        sample,
    },
    finding::{Report, Severity, Verdict},
    learn::{Learned, learn},
    rules::Rules,
};

/// 2026-01-05 09:30:00.
const MONDAY: u64 = 1_767_605_400_000_000;

fn exchange(id: u64, route: &str, began: u64, status: u16, body: &str) -> Exchange {
    let length = format!("content-length: {}", body.len());
    let answered = sample::answered(status, &["content-type: application/json", &length], body);
    let outcome = Outcome::Answered(answered);
    Exchange { began, took: 5_000, outcome, ..sample::exchange(id, route) }
}

/// As a backend answers that was started `after` so many microseconds, with chance of its own.
fn run(after: u64, chance: u64) -> Vec<Exchange> {
    let began = MONDAY + after;
    let made = instant(began + 1_234 + chance % 7);
    let later = instant(began + 501_234 + chance % 7);
    let uuid =
        format!("9999411b-7547-487f-ae3d-{:012x}", chance.wrapping_mul(0x9e37_79b9_7f4a) & 0xffff_ffff_ffff);
    let other =
        format!("1234411b-7547-487f-ae3d-{:012x}", chance.wrapping_mul(0x1337_79b9_7f4b) & 0xffff_ffff_ffff);
    let (id, next) = (10 + chance % 5, 11 + chance % 5 + chance % 2);
    let token = format!(
        "tok_{:016x}{:016x}",
        chance.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        chance.wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
    );
    let item = |id: u64, uuid: &str, at: &str| {
        format!(
            r#"{{"id":{id},"uuid":"{uuid}","name":"Tür","price":1.10,"share":1e-7,"took":"PT1M30S","created_at":"{at}","updated_at":"{at}"}}"#
        )
    };
    let (one, two) = (item(id, &uuid, &made), item(next, &other, &later));
    let seed = r#"{"id":1,"uuid":"00000000-0000-4000-8000-000000000001","name":"Seed","price":2.0,"share":0.5,"took":"PT1S","created_at":"2020-01-01T00:00:00.000001Z","updated_at":"2020-01-01T00:00:00.000001Z"}"#;
    vec![
        exchange(1, "POST /login", began, 200, &format!(r#"{{"token":"{token}","next":"/items/{id}"}}"#)),
        exchange(2, "POST /items", began + 1_000, 201, &one),
        exchange(3, "POST /items", began + 500_000, 201, &two),
        exchange(
            4,
            "GET /items",
            began + 900_000,
            200,
            &format!(r#"{{"items":[{seed},{one},{two}],"total":3}}"#),
        ),
    ]
}

fn instant(micros: u64) -> String {
    let at = chrono::DateTime::from_timestamp_micros(micros as i64).unwrap();
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

const HOUR: u64 = 3_600_000_000;

fn learned() -> Learned {
    let runs: Vec<Vec<Exchange>> = (1..5).map(|number| run(number * HOUR, number * 37)).collect();
    let learned = learn(&run(0, 3), &runs, &Rules::default());
    assert_eq!(learned.untyped, [], "{learned:#?}");
    learned
}

fn told(report: &Report) -> Vec<String> {
    let findings = report.findings.iter();
    findings.map(|finding| format!("{} {} {}", finding.route, finding.place, finding.kind)).collect()
}

fn judged(live: &[Exchange]) -> Report {
    let (reference, learned, rules) = (run(0, 3), learned(), Rules::default());
    Judge::new(&reference, &learned, &rules).judge(live)
}

/// One text in the answer of one exchange is another.
fn broken(id: usize, from: &str, to: &str) -> Vec<Exchange> {
    let mut live = run(9 * HOUR, 77);
    let Outcome::Answered(answered) = &mut live[id - 1].outcome else { panic!() };
    let text = String::from_utf8(answered.body.bytes().unwrap().to_vec()).unwrap();
    assert!(text.contains(from), "{from}: {text}");
    let text = text.replacen(from, to, 1);
    answered.headers[1].1 = text.len().to_string();
    answered.body = Body::of_text(&text);
    live
}

#[test]
fn what_is_learned_survives_its_file() {
    let learned = learned();
    let text = serde_json::to_string_pretty(&learned).unwrap();
    assert_eq!(Learned::read(&text).unwrap(), learned);
    let newer = text.replace("learned/1", "learned/9");
    assert!(Learned::read(&newer).unwrap_err().to_string().contains("learned/9"));
}

#[test]
fn a_run_of_the_same_backend_has_no_finding() {
    for number in 1..40 {
        let report = judged(&run(number * HOUR / 7 + 10_000_000, number * 7919));
        assert_eq!(told(&report), [""; 0], "{number}");
        assert_eq!(report.verdict, Verdict::Compatible);
        assert!(report.counts.verified >= 14, "{:?}", report.counts);
    }
}

#[test]
fn a_break_in_what_is_generated_is_found() {
    let live = run(9 * HOUR, 77);
    let body = |id: usize| live[id - 1].answered().unwrap().body.bytes().unwrap().to_vec();
    let value = |id: usize, name: &str| {
        let document: serde_json::Value = serde_json::from_slice(&body(id)).unwrap();
        document[name].to_string()
    };
    let (created, uuid, token) = (value(2, "created_at"), value(2, "uuid"), value(1, "token"));
    let bare = created.trim_matches('"').trim_end_matches('Z').to_owned();
    let recorded = run(0, 3);
    let recorded = String::from_utf8(recorded[1].answered().unwrap().body.bytes().unwrap().to_vec()).unwrap();
    let stale: serde_json::Value = serde_json::from_str(&recorded).unwrap();
    for (id, from, to, expected) in [
        (2, &created, format!("\"{bare}+00:00\""), "POST /items body $.created_at format"),
        (2, &created, format!("\"{bare}\""), "POST /items body $.created_at format"),
        (2, &created, format!("\"{}Z\"", &bare[..23]), "POST /items body $.created_at format"),
        (2, &created, "1767605400".to_owned(), "POST /items body $.created_at type"),
        (2, &created, "null".to_owned(), "POST /items body $.created_at type"),
        (2, &created, "\"2000-01-01T00:00:00.000001Z\"".to_owned(), "POST /items body $.created_at window"),
        (2, &created, instant_text(MONDAY + 11 * HOUR), "POST /items body $.created_at window"),
        (2, &created, stale["created_at"].to_string(), "POST /items body $.created_at stale"),
        (2, &created, instant_text(MONDAY + 9 * HOUR + 800_000), "POST /items body $.created_at"),
        (
            4,
            &created,
            instant_text(MONDAY + 9 * HOUR + 900_500),
            "GET /items body $.items[*].created_at conflict",
        ),
        (2, &uuid, "\"12\"".to_owned(), "POST /items body $.uuid format"),
        (2, &uuid, stale["uuid"].to_string(), "POST /items body $.uuid stale"),
        (
            4,
            &uuid,
            "\"9999411b-7547-487f-ae3d-000000000000\"".to_owned(),
            "GET /items body $.items[*].uuid conflict",
        ),
        (3, &value(3, "uuid"), uuid.clone(), "POST /items body $.uuid"),
        (2, &uuid, uuid.to_uppercase(), "POST /items body $.uuid format"),
        (1, &token, "\"tok_1\"".to_owned(), "POST /login body $.token format"),
        (1, &token, token.replace("tok_", "key_"), "POST /login body $.token format"),
        (1, &token, "null".to_owned(), "POST /login body $.token type"),
        (1, &"/items/".to_owned(), "/item/".to_owned(), "POST /login body $.next value"),
        (
            2,
            &format!("\"id\":{}", value(2, "id")),
            format!("\"id\":\"{}\"", value(2, "id")),
            "POST /items body $.id type",
        ),
        (
            4,
            &"00000000-0000-4000-8000-000000000001".to_owned(),
            "00000000-0000-4000-8000-000000000002".to_owned(),
            "GET /items body $.items[*].uuid value",
        ),
    ] {
        let report = judged(&broken(id, from, &to));
        let found = told(&report);
        assert!(found.iter().any(|finding| finding.starts_with(expected)), "{from} -> {to}: {found:?}");
        assert_eq!(report.verdict, Verdict::Different);
    }
}

fn instant_text(micros: u64) -> String {
    format!("\"{}\"", instant(micros))
}

/// What the two encoders of one FastAPI backend write for one value.
#[test]
fn what_the_other_encoder_writes_is_found() {
    for (from, to, expected, severity) in [
        ("1e-7", "1e-07", "POST /items body $.share number-text", Severity::Spelling),
        ("\"PT1M30S\"", "90.0", "POST /items body $.took value", Severity::Breaking),
        ("1.10", "1.1", "POST /items body $.price number-text", Severity::Spelling),
        ("1.10", "\"1.10\"", "POST /items body $.price value", Severity::Breaking),
        ("Tür", "T\\u00fcr", "POST /items body $.name spelling", Severity::Spelling),
        ("\"name\":\"Tür\",", "", "POST /items body $.name missing", Severity::Breaking),
        ("\"name\"", "\"Name\"", "POST /items body $.Name added", Severity::Breaking),
        (",\"price\"", ",\"debug\":true,\"price\"", "POST /items body $.debug added", Severity::Breaking),
    ] {
        let report = judged(&broken(2, from, to));
        let finding = report
            .findings
            .iter()
            .find(|finding| format!("{} {} {}", finding.route, finding.place, finding.kind) == expected);
        let finding = finding.unwrap_or_else(|| panic!("{from} -> {to}: {:?}", told(&report)));
        assert_eq!(finding.severity, severity);
    }
}

fn rules(text: &str) -> Rules {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    Rules::parse(Path::new("rules.toml"), &format!("schema = 1\n{text}"), today)
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn ruled(live: &[Exchange], text: &str) -> Report {
    let (reference, learned, rules) = (run(0, 3), learned(), rules(text));
    Judge::new(&reference, &learned, &rules).judge(live)
}

#[test]
fn a_rule_excuses_what_it_names_and_nothing_beside_it() {
    let rule = |expect: &str| {
        format!(
            "[[rule]]\nop = \"POST /items\"\nat = \"body $.took\"\nexpect = {expect}\nreason = \"it is rounded there\"\n"
        )
    };
    for (to, expect, excused) in [
        ("\"PT90S\"", "\"type\"", true),
        ("90.0", "\"type\"", false),
        ("90.0", "\"present\"", true),
        ("\"PT1M30S \"", "{ text = { trim = true } }", true),
        ("\"PT1M31S\"", "{ text = { trim = true } }", false),
        ("\"PT90S\"", "{ regex = \"PT[0-9]+S\" }", true),
        ("\"PT90S!\"", "{ regex = \"PT[0-9]+S\" }", false),
        ("null", "\"null_or_absent\"", false),
        ("\"PT90S\"", "\"uuid\"", false),
        ("{\"a\":1}", "\"ignore\"\nexpires = 2027-01-01", true),
    ] {
        let report = ruled(&broken(2, "\"PT1M30S\"", to), &rule(expect));
        assert_eq!(told(&report).is_empty(), excused, "{to} {expect}: {:?}", told(&report));
        assert_eq!(report.rules[0].looked_at, 2, "{to} {expect}");
        assert_eq!(report.rules[0].excused, usize::from(excused));
    }
}

#[test]
fn a_rule_about_nothing_is_told() {
    let rule = "[[rule]]\nop = \"GET /nothing\"\nat = \"status\"\nexpect = \"present\"\nreason = \"nobody knows any more\"\n";
    let report = ruled(&run(9 * HOUR, 77), rule);
    assert_eq!(told(&report), [" rules.toml dead-rule"]);
    assert_eq!(report.verdict, Verdict::Different);
}

#[test]
fn an_accepted_change_is_no_finding() {
    let accept = "[[accept]]\nop = \"POST /items\"\nat = \"body $.debug\"\nfrom = \"absent\"\nto = \"true\"\n\
                  approved_by = \"ada\"\nreason = \"the new client wants it\"\n";
    let live = broken(2, ",\"price\"", ",\"debug\":true,\"price\"");
    assert_eq!(told(&ruled(&live, accept)), [""; 0]);
    let live = broken(2, ",\"price\"", ",\"debug\":false,\"price\"");
    assert_eq!(told(&ruled(&live, accept)), ["POST /items body $.debug added"]);
    // Before the change is there, nothing is wrong yet; but what the reference never says is never going to change.
    let unchanged = run(9 * HOUR, 77);
    assert_eq!(told(&ruled(&unchanged, accept)), [""; 0]);
    let accept = accept.replace("\"absent\"", "\"false\"");
    assert_eq!(told(&ruled(&unchanged, &accept)), [" rules.toml dead-rule"]);
    let accept = accept
        .replace("body $.debug", "status")
        .replace("\"false\"", "\"201\"")
        .replace("\"true\"", "\"404\"");
    assert_eq!(told(&ruled(&unchanged, &accept)), [""; 0]);
}

#[test]
fn an_array_is_unordered_only_where_somebody_says_so() {
    let live = {
        let mut live = run(9 * HOUR, 77);
        let Outcome::Answered(answered) = &mut live[3].outcome else { panic!() };
        let mut document: serde_json::Value = serde_json::from_slice(answered.body.bytes().unwrap()).unwrap();
        document["items"].as_array_mut().unwrap().swap(0, 1);
        let text = String::from_utf8(answered.body.bytes().unwrap().to_vec()).unwrap();
        let (start, second) = (text.find("{\"id\":1,").unwrap(), text.find(",{\"id\":").unwrap());
        let third = text[second + 1..].find(",{\"id\":").unwrap() + second + 1;
        let text =
            [&text[..start], &text[second + 1..third], ",", &text[start..second], &text[third..]].concat();
        answered.body = Body::of_text(&text);
        live
    };
    assert!(!told(&judged(&live)).is_empty());
    let rule = "[[rule]]\nop = \"GET /items\"\nat = \"body $.items\"\nexpect = { unordered = { key = \"price\" } }\n\
                reason = \"there is no ORDER BY\"\n";
    assert_eq!(told(&ruled(&live, rule)), [""; 0]);
}

#[test]
fn what_waits_for_a_failure_is_blocked_and_no_difference() {
    let mut live = run(9 * HOUR, 77);
    live[3].outcome = Outcome::Blocked(Blocked { by: 2, needs: "body $.id".to_owned() });
    let report = judged(&live);
    assert_eq!((report.verdict, report.counts.blocked), (Verdict::Inconclusive, 1));
    assert_eq!(report.blocked[0].exchanges, [4]);
    live.pop();
    assert_eq!(told(&judged(&live)), ["GET /items exchange missing"]);
}

#[test]
fn a_pseudonym_stands_for_one_value() {
    let body = |one: &str, two: &str| {
        let mut exchanges = [
            exchange(1, "GET /a", MONDAY, 200, &format!(r#"{{"mail":"{one}"}}"#)),
            exchange(2, "GET /b", MONDAY + 10, 200, &format!(r#"{{"mail":"{two}"}}"#)),
        ];
        // A run is redacted as its recording was.
        for exchange in &mut exchanges {
            exchange
                .redacted
                .push(Redacted { at: "answer body $.mail".to_owned(), class: "email".to_owned() });
        }
        exchanges.to_vec()
    };
    let reference = body("xq@u.example", "xq@u.example");
    let (learned, rules) = (Learned::default(), Rules::default());
    let judge = Judge::new(&reference, &learned, &rules);
    let found = |one, two| told(&judge.judge(&body(one, two)));
    assert_eq!(found("ada@example.com", "ada@example.com"), [""; 0]);
    assert_eq!(found("ada@example.com", "bob@example.com"), ["GET /b body $.mail conflict"]);
    assert_eq!(found("ada@example.com", "nobody"), ["GET /b body $.mail shape"]);
    assert_eq!(found("ada@example.com", "ada@example.com "), ["GET /b body $.mail shape"]);
}

#[test]
fn what_was_held_back_must_not_come_at_once() {
    let stream = |pieces: &[(u64, u64)]| {
        let mut streamed = exchange(1, "GET /live", MONDAY, 200, "data: 1\n\ndata: 2\n\n");
        let Outcome::Answered(answered) = &mut streamed.outcome else { panic!() };
        answered.headers[0].1 = "text/event-stream".to_owned();
        answered.body.pieces = pieces.iter().map(|(end, at)| Piece { end: *end, at: *at }).collect();
        vec![streamed]
    };
    let reference = stream(&[(9, 1_000), (18, 301_000)]);
    let (learned, rules) = (Learned::default(), Rules::default());
    let judge = Judge::new(&reference, &learned, &rules);
    assert_eq!(told(&judge.judge(&stream(&[(4, 5), (9, 9), (18, 280_000)]))), [""; 0]);
    assert_eq!(told(&judge.judge(&stream(&[(18, 300_000)]))), ["GET /live pieces value"]);
    assert_eq!(told(&judge.judge(&stream(&[(9, 300_000), (18, 300_010)]))), ["GET /live pieces value"]);
}

#[test]
fn a_drifting_number_needs_a_rule() {
    let body = |number: &str| {
        vec![exchange(1, "GET /a", MONDAY, 200, &format!(r#"{{"took":{number},"mood":"so {number} so"}}"#))]
    };
    let runs = [body("12.5"), body("31.0"), body("7.25")];
    let found = learn(&body("3.5"), &runs, &Rules::default());
    assert_eq!(found.untyped.iter().map(|untyped| untyped.at.as_str()).collect::<Vec<_>>(), ["body $.took"]);
    let rules = rules(
        "[[rule]]\nop = \"GET /a\"\nat = \"body $.took\"\nexpect = \"type\"\nreason = \"it is a duration\"\n",
    );
    assert_eq!(learn(&body("3.5"), &runs, &rules).untyped, []);
}

#[test]
fn the_same_input_gives_the_same_report() {
    let live = broken(2, "\"PT1M30S\"", "90.0");
    let one = serde_json::to_string(&judged(&live)).unwrap();
    let mut turned = live;
    turned.reverse();
    assert_eq!(serde_json::to_string(&judged(&turned)).unwrap(), one);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is cut out of an answer or put into it is found, and a rule more never finds more.
    #[test]
    fn damage_is_found_and_a_rule_finds_nothing(at in 0usize..10_000, letter in "[a-z0-9\",:]") {
        let mut live = run(9 * HOUR, 77);
        let Outcome::Answered(answered) = &mut live[3].outcome else { panic!() };
        let mut text = String::from_utf8(answered.body.bytes().unwrap().to_vec()).unwrap();
        let at = text.floor_char_boundary(at % text.len());
        text.insert_str(at, &letter);
        answered.body = Body::of_text(&text);
        let found = judged(&live);
        prop_assert!(!found.findings.is_empty(), "{}", text);
        let rule = "[[rule]]\nop = \"GET /items\"\nat = \"body $..name\"\nexpect = \"type\"\nreason = \"names are free\"\n";
        let fewer = ruled(&live, rule);
        prop_assert!(fewer.findings.len() <= found.findings.len());
    }
}
