//! HAR that was written says, when it is read, everything that HAR can say.

use bytes::Bytes;
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

use super::super::{export, import, order::put_in_order};
use crate::parity::exchange::{
    Answered, Broken, Exchange, Outcome, Request,
    content::{Body, Content},
    frame::{Frame, Side},
};

fn any_body() -> impl Strategy<Value = Body> {
    prop_oneof![
        Just(Body::default()),
        "\\PC{1,30}".prop_map(|text| Body::of_text(&text)),
        vec(any::<u8>(), 1..30).prop_map(|bytes| Body::of_bytes(Bytes::from(bytes))),
    ]
}

fn any_headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let value = prop_oneof!["", "[!-~\u{80}-\u{ff}]{1,5}( [!-~]{1,5})?"];
    vec(("x-[A-Za-z-]{1,8}", value), 0..4)
}

fn any_frame() -> impl Strategy<Value = Frame> {
    let side = prop_oneof![Just(Side::Client), Just(Side::Server)];
    let content = prop_oneof![
        "\\PC{0,20}".prop_map(|text| (1, Content::Text(text))),
        vec(any::<u8>(), 0..20).prop_map(|bytes| (2, Content::Bytes(bytes.into()))),
    ];
    // A number of seconds since 1970 has no room for microseconds.
    (side, 0_u64..10_000, content).prop_map(|(from, at, (opcode, content))| Frame {
        from,
        at: at * 1000,
        opcode,
        content,
        code: None,
    })
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    let answered = (200_u16..600, any_headers(), any_body());
    prop_oneof![
        4 => answered.prop_map(|(status, headers, body)| {
            let body = if matches!(status, 204 | 304) { Body::default() } else { body };
            Outcome::Answered(Answered { status, headers, body, ..Answered::default() })
        }),
        1 => vec(any_frame(), 0..3)
            .prop_map(|frames| Outcome::Answered(Answered { status: 101, frames, ..Answered::default() })),
        1 => "\\PC{1,20}".prop_map(|reason| Outcome::Broken(Broken { reason, begun: None })),
    ]
}

/// What HAR has a place for, and nothing else.
fn any_exchange() -> impl Strategy<Value = Exchange> {
    let target = "/[a-z%0-9./\u{80}-\u{ff}]{0,9}(\\?[a-z=&+%\u{e9}]{0,9})?";
    let request = ("GET|POST|PATCH|M-SEARCH", target, "1\\.[01]|2", any_headers(), any_body());
    let request = request.prop_map(|(method, target, version, mut headers, body)| {
        headers.insert(0, ("Host".to_owned(), "api.example.com".to_owned()));
        Request { method, target, version, headers, body }
    });
    let times = (0_u64..2_000_000_000, 0_u64..5_000_000);
    (times, request, any_outcome()).prop_map(|((began, took), request, outcome)| Exchange {
        id: 0,
        session: String::new(),
        after: Vec::new(),
        began: 1_790_000_000_000_000 + began,
        first_byte: Some(took / 2),
        took,
        route: String::new(),
        owner: String::new(),
        request,
        outcome,
        redacted: Vec::new(),
    })
}

#[test]
fn it_is_the_same_after_it_was_written_and_read() {
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 128, failure_persistence: None, ..Default::default() });
    let checked = runner.run(&vec(any_exchange(), 0..5), |mut exchanges| {
        put_in_order(&mut exchanges);
        let read = import(&export(&exchanges)).unwrap();
        prop_assert_eq!(read.unusable, []);
        prop_assert_eq!(read.exchanges, exchanges);
        Ok(())
    });
    checked.unwrap();
}

/// By the definition: those that had ended, without those that had ended before one of these began.
fn frontier(exchanges: &[Exchange], of: &Exchange) -> Vec<u64> {
    let is_before = |one: &Exchange, other: &Exchange| one.began + one.took.max(1) <= other.began;
    let before: Vec<_> = exchanges.iter().filter(|one| is_before(one, of)).collect();
    let last = before.iter().filter(|one| !before.iter().any(|other| is_before(one, other)));
    last.map(|one| one.id).collect()
}

#[test]
fn an_exchange_comes_after_those_that_had_ended_and_no_others() {
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() });
    let times = vec((0_u64..30, 0_u64..12), 0..12);
    let checked = runner.run(&(times, any_exchange()), |(times, sample)| {
        let with = |(began, took)| Exchange { began, took, ..sample.clone() };
        let mut exchanges: Vec<_> = times.into_iter().map(with).collect();
        put_in_order(&mut exchanges);
        for exchange in &exchanges {
            prop_assert_eq!(&exchange.after, &frontier(&exchanges, exchange), "{}", exchange.id);
        }
        Ok(())
    });
    checked.unwrap();
}
