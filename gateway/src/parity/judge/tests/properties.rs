//! What holds for any recording: it is like itself, rules only take away, a break is a break, and a short look at one
//! sees what a look at the whole run would.

use std::{collections::BTreeSet, sync::LazyLock};

use proptest::prelude::*;

use super::{HOUR, MONDAY, rules, run, told};
use crate::parity::{
    exchange::{
        Answered, Broken, Exchange, Outcome, Redacted,
        content::{Body, Content, Piece},
        frame::{Frame, Side},
        sample,
    },
    judge::Judge,
    learn::Learned,
    mutate::{Breaker, Choice, Extent, Kind, Pair},
    rules::Rules,
};

static LEARNED: LazyLock<Learned> = LazyLock::new(super::learned);

/// Rules that excuse, each about something; not those that are stricter than none.
const EXCUSING: [(&str, &str, &str); 8] = [
    ("GET /items", "body $..name", "\"type\""),
    ("GET /items", "body $.items[*].price", "{ number = { abs = 5.0, rel = 0.5 } }"),
    ("POST /items", "body $.took", "{ regex = \"[a-z]\" }"),
    ("POST /items", "body $.uuid", "\"present\""),
    ("GET /items", "body $.total", "\"null_or_absent\""),
    ("POST /*", "body $.created_at", "{ instant = { within = \"1h\" } }"),
    ("GET /items", "status", "\"present\""),
    ("POST /login", "body $.next", "{ url = { ignore_host = true } }"),
];

fn rule((route, at, expect): (&str, &str, &str)) -> String {
    format!("[[rule]]\nop = \"{route}\"\nat = '{at}'\nexpect = {expect}\nreason = \"a reason to be read\"\n")
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|word| word.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        "-?[1-9][0-9]{0,3}\\.[0-9]{1,3}(e[+-]?[0-9]{1,2})?",
        "[a-zé \\u{0}-\\u{1f}\"@:.-]{0,9}".prop_map(|text| serde_json::Value::from(text).to_string()),
        Just("\"9999411b-7547-487f-ae3d-c8be92c0dea6\"".to_owned()),
        Just("\"2026-01-05T09:30:01.123456Z\"".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let items = prop::collection::vec(inner.clone(), 0..5);
        // Names may come twice.
        let members = prop::collection::vec(("id|uuid|name|[a-z_]{0,3}", inner), 0..5);
        prop_oneof![
            items.prop_map(|items| format!("[{}]", items.join(", "))),
            members.prop_map(|members| {
                let written = members.iter().map(|(name, value)| format!("{:?}: {value}", name));
                format!("{{{}}}", written.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

fn content() -> impl Strategy<Value = (&'static str, Content)> {
    prop_oneof![
        4 => json().prop_map(|text| ("application/json", Content::Text(text))),
        1 => ".{0,20}".prop_map(|text| ("text/plain", Content::Text(text))),
        1 => "((id: [0-9]\n)?(event: [a-z]\n)?data: [^\n]{0,5}\n\n){0,3}.{0,3}"
            .prop_map(|text| ("text/event-stream", Content::Text(text))),
        1 => Just(("image/png", Content::Nothing)),
    ]
}

fn answer() -> impl Strategy<Value = Answered> {
    let header = ("[A-Za-z-]{1,9}|set-cookie|location", "[ -~]{0,12}");
    let headers = prop::collection::vec(header, 0..4);
    let pieces = prop::collection::vec((0u64..40, 0u64..900_000), 0..3);
    let frames = prop::collection::vec((0u8..11, ".{0,6}", any::<bool>()), 0..3);
    (prop::sample::select(vec![200, 201, 404, 422]), content(), headers, pieces, frames).prop_map(
        |(status, (kind, content), headers, pieces, frames)| {
            let length = match &content {
                Content::Text(text) => text.len() as u64,
                _ => 0,
            };
            let own = [("content-type".to_owned(), kind.to_owned())];
            let frame = |(opcode, text, is_server): (u8, String, bool)| Frame {
                from: if is_server { Side::Server } else { Side::Client },
                at: 1,
                opcode,
                content: Content::Text(text),
                code: (opcode == 8).then_some(1000),
            };
            Answered {
                status,
                headers: own.into_iter().chain(headers).collect(),
                body: Body {
                    content,
                    length,
                    pieces: pieces.into_iter().map(|(end, at)| Piece { end, at }).collect(),
                    ..Body::default()
                },
                frames: frames.into_iter().map(frame).collect(),
                ..Answered::default()
            }
        },
    )
}

fn anything() -> impl Strategy<Value = Vec<Exchange>> {
    let routes = vec!["GET /items", "POST /items", "POST /login", "", "table items"];
    let places = vec!["answer body", "answer body $.id", "answer body $.name", "answer header location"];
    let redacted = prop::collection::vec(prop::sample::select(places), 0..3);
    let one = (prop::sample::select(routes), answer(), redacted, 0u8..8);
    prop::collection::vec(one, 0..6).prop_map(|all| {
        let exchange = |(at, (route, answered, redacted, end)): (usize, (&str, Answered, Vec<&str>, u8))| {
            let outcome = match end {
                0 => Outcome::Broken(Broken {
                    reason: "client_left".to_owned(),
                    begun: Some(Box::new(answered)),
                }),
                _ => Outcome::Answered(answered),
            };
            let redacted =
                redacted.into_iter().map(|at| Redacted { at: at.to_owned(), class: "name".to_owned() });
            Exchange {
                began: MONDAY + at as u64 * 1_000,
                took: 900,
                outcome,
                redacted: redacted.collect(),
                ..sample::exchange(at as u64 + 1, route)
            }
        };
        all.into_iter().enumerate().map(exchange).collect()
    })
}

fn pairs<'a>(reference: &'a [Exchange], live: &'a [Exchange]) -> Vec<Pair<'a>> {
    reference.iter().zip(live).map(|(reference, live)| Pair { reference, live }).collect()
}

/// Each break of a run, as the run is with it.
fn broken(reference: &[Exchange], live: &[Exchange]) -> Vec<(Kind, usize, Exchange)> {
    let kinds = BTreeSet::new();
    let mut breaker = Breaker::new(pairs(reference, live), Choice { extent: Extent::All, kinds: &kinds });
    let broken = (0..live.len()).flat_map(|at| breaker.of(at).into_iter().map(move |mutant| (at, mutant)));
    let broken = broken.map(|(at, mutant)| {
        let outcome = mutant.outcome(&live[at].outcome);
        (mutant.kind, at, Exchange { outcome, ..live[at].clone() })
    });
    broken.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_recording_is_like_itself(recording in anything(), chance in 0u64..1_000) {
        let rules = Rules::default();
        for learned in [&Learned::default(), &LEARNED] {
            let report = Judge::new(&recording, learned, &rules).judge(&recording);
            prop_assert_eq!(told(&report), [""; 0]);
        }
        let recording = run(chance * HOUR, chance);
        let report = Judge::new(&recording, &LEARNED, &rules).judge(&recording);
        prop_assert_eq!(told(&report), [""; 0]);
    }

    #[test]
    fn a_break_is_never_what_it_breaks(recording in anything()) {
        for (kind, at, broken) in broken(&recording, &recording) {
            prop_assert_ne!(&broken.outcome, &recording[at].outcome, "{}", kind);
            let text = |exchange: &Exchange| serde_json::to_string(exchange).unwrap();
            prop_assert_ne!(text(&broken), text(&recording[at]), "{}", kind);
        }
    }
}

#[test]
fn a_rule_more_never_finds_more() {
    let (reference, live) = (run(0, 3), run(9 * HOUR, 77));
    let texts: Vec<String> = EXCUSING.iter().map(|one| rule(*one)).collect();
    let all: Vec<Rules> = (0..=texts.len()).map(|count| rules(&texts[..count].concat())).collect();
    let mut excused = 0;
    for (number, (kind, at, broken)) in broken(&reference, &live).into_iter().enumerate() {
        // Each break with another number of rules, so that every rule is the one more.
        let count = number % texts.len();
        let mut run = live.clone();
        run[at] = broken;
        let found = |rules: &Rules| {
            let report = Judge::new(&reference, &LEARNED, rules).judge(&run);
            told(&report).into_iter().filter(|told| !told.ends_with("dead-rule")).collect::<BTreeSet<_>>()
        };
        let (before, after) = (found(&all[count]), found(&all[count + 1]));
        assert!(after.is_subset(&before), "{kind} in {at}, {}: {before:?} {after:?}", texts[count]);
        excused += usize::from(after.len() < before.len());
    }
    assert!(excused >= 5, "hardly a rule excused anything: {excused}");
}

#[test]
fn a_break_is_seen_in_short_where_the_whole_run_shows_it() {
    let (reference, live) = (run(0, 3), run(9 * HOUR, 77));
    let rules =
        rules(&rule(("GET /items", "body $.items[*].price", "{ number = { abs = 0.0, rel = 1e-9 } }")));
    let judge = Judge::new(&reference, &LEARNED, &rules);
    let settled = judge.settle(live.iter().map(|exchange| judge.look(exchange)).collect());
    let (mut by_itself, mut by_others, mut missed) = (0, 0, 0);
    for (kind, at, broken) in broken(&reference, &live) {
        let mut run = live.clone();
        run[at] = broken;
        let looked = judge.look(&run[at]);
        let (short, whole) = (settled.is_wrong_with(&looked), told(&judge.judge(&run)));
        assert_eq!(short, !whole.is_empty(), "{kind} in {at}: {whole:?}");
        match (looked.is_wrong(), short) {
            (true, _) => by_itself += 1,
            (false, true) => by_others += 1,
            (false, false) => missed += 1,
        }
    }
    assert!(by_itself > 100 && by_others > 10, "{by_itself} {by_others} {missed}");
}
