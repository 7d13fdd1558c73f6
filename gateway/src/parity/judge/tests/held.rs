//! What is held against a run as a whole, and what a reader is shown of it.

use super::*;
use crate::parity::exchange::Answered;

/// Exchanges with one answer of JSON each; the first three microseconds of a run are the same in every test.
fn said(route: &str, bodies: &[String]) -> Vec<Exchange> {
    bodies.iter().zip(1..).map(|(body, id)| exchange(id, route, MONDAY, 200, body)).collect()
}

fn made_and_changed(after: u64, made: u64, changed: u64) -> Vec<Exchange> {
    let at = |micros: u64| instant(MONDAY + after + micros);
    let body = format!(r#"{{"made":"{}","changed":"{}"}}"#, at(made), at(changed));
    vec![exchange(1, "GET /items", MONDAY + after, 200, &body)]
}

fn kinds(reference: &[Exchange], runs: &[Vec<Exchange>], live: &[Exchange]) -> Vec<String> {
    let (learned, rules) = (learn(reference, runs, &Rules::default()), Rules::default());
    assert_eq!(learned.untyped, [], "{learned:#?}");
    let report = Judge::new(reference, &learned, &rules).judge(live);
    report.findings.into_iter().map(|finding| format!("{} {}", finding.place, finding.kind)).collect()
}

#[test]
fn instants_that_were_always_equal_stay_so_and_those_in_order_in_order() {
    let runs = |changed: [u64; 3]| {
        let [one, two, three] = changed;
        [
            made_and_changed(HOUR, 11, 11 + one),
            made_and_changed(2 * HOUR, 22, 22 + two),
            made_and_changed(3 * HOUR, 33, 33 + three),
        ]
    };
    let equal = |live: &[Exchange]| kinds(&made_and_changed(0, 5, 5), &runs([0, 0, 0]), live);
    assert_eq!(equal(&made_and_changed(9 * HOUR, 7, 7)), [""; 0]);
    // Two calls for one instant, half a millisecond apart: nothing else would tell.
    let found = equal(&made_and_changed(9 * HOUR, 7, 507));
    assert_eq!(found, ["body $.changed relation", "body $.made relation"]);
    let ordered = |live: &[Exchange]| kinds(&made_and_changed(0, 5, 9), &runs([3, 1, 2]), live);
    assert_eq!(ordered(&made_and_changed(9 * HOUR, 7, 8)), [""; 0]);
    assert_eq!(ordered(&made_and_changed(9 * HOUR, 7, 7)), [""; 0], "no clock is so fine");
    assert_eq!(ordered(&made_and_changed(9 * HOUR, 8, 7)), ["body $.made order"]);
}

#[test]
fn what_the_client_sent_is_believed_against_any_number_of_answers() {
    let uuid = |start: &str| format!("{start}-7547-487f-ae3d-c8be92c0dea6");
    let run = |made: &str, told: &str| {
        let body = |start: &str| format!(r#"{{"id":"{}"}}"#, uuid(start));
        let mut run = said("GET /items/{id}", &[body(made), body(told), body(told), body(told)]);
        run[0].route = "POST /items".to_owned();
        run[1].request.target = format!("/items/{}", uuid(made));
        run
    };
    let (reference, runs) =
        (run("10000000", "10000000"), [run("20000000", "20000000"), run("30000000", "30000000")]);
    assert_eq!(kinds(&reference, &runs, &run("40000000", "40000000")), [""; 0]);
    let learned = learn(&reference, &runs, &Rules::default());
    let rules = Rules::default();
    let report = Judge::new(&reference, &learned, &rules).judge(&run("40000000", "50000000"));
    assert_eq!(
        told(&report),
        ["GET /items/{id} body $.id conflict"],
        "three answers are wrong, and not the first"
    );
    assert_eq!(report.findings[0].exchanges, 3);
}

#[test]
fn the_smallest_examples_are_shown_without_what_says_nothing_and_cut() {
    let body = |size: usize, word: &str| format!(r#"{{"word":"{word}","pad":"{}"}}"#, "x".repeat(size));
    let sizes = [40_000, 300, 20, 9_000, 100];
    let run = |word: &str| {
        let mut run = said("GET /a", &sizes.map(|size| body(size, word)));
        for exchange in &mut run {
            let Outcome::Answered(Answered { headers, .. }) = &mut exchange.outcome else { panic!() };
            headers.push(("Date".to_owned(), format!("the {word} day")));
        }
        run
    };
    let (learned, rules) = (Learned::default(), Rules::default());
    let reference = run("one");
    let judge = Judge::new(&reference, &learned, &rules);
    let report = judge.judge(&run("two"));
    assert_eq!(told(&report), ["GET /a body $.word value"]);
    let examples = &report.findings[0].examples;
    assert_eq!(examples.iter().map(|example| example.exchange).collect::<Vec<_>>(), [3, 5, 2]);
    let shown = &examples[0].live_answer;
    assert!(
        shown.head.contains("content-type: application/json") && !shown.head.contains("day"),
        "{}",
        shown.head
    );
    assert!(shown.body.starts_with("{\n  \"word\": \"two\",\n"), "{}", shown.body);
    let only = |id: usize| judge.judge(&run("two")[id - 1..id]);
    let long = only(1);
    let long = &long.findings.iter().find(|finding| finding.place == "body $.word").unwrap().examples[0];
    assert!(long.live_answer.body.ends_with("\n..."), "the rest is not read side by side");
    assert_eq!(long.live_answer.body.chars().count(), 20_004);
}

#[test]
fn a_frame_that_was_redacted_is_compared_by_its_shape() {
    use crate::parity::exchange::{
        content::Content,
        frame::{Frame, Side},
    };
    let talk = |token: &str, other: &str| {
        let frame =
            |from, text: String| Frame { from, at: 0, opcode: 1, content: Content::Text(text), code: None };
        let frames = vec![
            frame(Side::Client, r#"{"ask":1}"#.to_owned()),
            frame(Side::Server, format!(r#"{{"hello":"{other}"}}"#)),
            frame(Side::Server, format!(r#"{{"token":"{token}"}}"#)),
        ];
        let mut exchange = exchange(1, "WS /live", MONDAY, 101, "");
        exchange.outcome = Outcome::Answered(Answered { status: 101, frames, ..Answered::default() });
        exchange.redacted = vec![Redacted { at: "frame 2 $.token".to_owned(), class: "name".to_owned() }];
        vec![exchange]
    };
    let (learned, rules) = (Learned::default(), Rules::default());
    let reference = talk("abcd", "you");
    let found = |live: &[Exchange]| told(&Judge::new(&reference, &learned, &rules).judge(live));
    assert_eq!(found(&talk("wxyz", "you")), [""; 0]);
    assert_eq!(found(&talk("wxyz and more", "you")), ["WS /live frame $.token shape"]);
    assert_eq!(found(&talk("wxyz", "who")), ["WS /live frame $.hello value"]);
}
