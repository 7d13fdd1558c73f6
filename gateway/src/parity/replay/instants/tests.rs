//! Which instants of a request move, and that nothing but the time in them changes.

use super::*;
use crate::parity::replay::{
    anatomy,
    sample::{answer, exchange},
};

/// 2026-11-22T10:00:00Z, ten microseconds later than which the first exchange begins.
const BEGAN: u64 = 1_795_341_600_000_000;
const HOUR: u64 = 3_600_000_000;

fn recording(bodies: &[&str]) -> Vec<Exchange> {
    let json = "content-type: application/json";
    let asked = bodies.iter().zip(1..).map(|(body, id)| {
        let asked = exchange(id, "POST /x", "/x", &[json], body, answer(200, &[], ""));
        Exchange { began: BEGAN + HOUR * (id - 1), took: 0, ..asked }
    });
    asked.collect()
}

fn sent(exchange: &Exchange, clock: &Clock) -> crate::parity::exchange::Request {
    anatomy::request(&exchange.route, &exchange.request, &mut |spot: &Spot, text: &str| {
        clock.moved(spot, text)
    })
}

#[test]
fn instants_of_the_recordings_time_move_as_far_as_the_run_and_are_written_as_they_were() {
    for (recorded, expected) in [
        (r#"{"at": "2026-11-22T10:00:00Z"}"#, r#"{"at": "2026-12-02T12:00:00Z"}"#),
        (r#"{"at":"2026-11-22T11:30:00.123456+01:00"}"#, r#"{"at":"2026-12-02T13:30:00.123456+01:00"}"#),
        (r#"{"at": "2026-11-22 10:00:00.5"}"#, r#"{"at": "2026-12-02 12:00:00.5"}"#),
        (r#"{"at": ["2026-11-23T09:59:59Z"]}"#, r#"{"at": ["2026-12-03T11:59:59Z"]}"#),
        (r#"{"at": "Sun, 22 Nov 2026 10:00:00 GMT"}"#, r#"{"at": "Wed, 02 Dec 2026 12:00:00 GMT"}"#),
        (r#"{"at": 1795341600}"#, r#"{"at": 1796212800}"#),
        (r#"{"at": 1795341600.25}"#, r#"{"at": 1796212800.25}"#),
        (r#"{"at": "1795341600123"}"#, r#"{"at": "1796212800123"}"#),
        (
            r#"{"filter": "{\"since\": \"2026-11-22T10:00:00Z\"}"}"#,
            r#"{"filter": "{\"since\": \"2026-12-02T12:00:00Z\"}"}"#,
        ),
    ] {
        let exchanges = recording(&[recorded]);
        let later = BEGAN + (10 * 24 + 2) * HOUR;
        let clock = Clock::of(exchanges.iter(), Some(later + 999_999));
        assert_eq!(sent(&exchanges[0], &clock).text(), Some(expected));
        let back = Clock { by: -clock.by, from: 0, to: u64::MAX };
        let asked = Exchange { request: sent(&exchanges[0], &clock), ..exchanges[0].clone() };
        assert_eq!(sent(&asked, &back).text(), Some(recorded), "the way back is the same");
    }
}

#[test]
fn what_somebody_chose_stays() {
    let body = r#"{"born": "1985-04-12T00:00:00Z", "due": "2026-12-24T18:00:00+01:00", "day": "2026-11-22",
        "time": "10:00:00", "id": 1795341600, "task_id": "1795341600", "phone": "01795341600", "count": 17953416,
        "ratio": 1.795341600, "text": "at 2026-11-22T10:00:00Z sharp", "before": "2026-11-21T09:59:59Z",
        "after": "2026-11-23T10:00:01Z"}"#;
    let exchanges = recording(&[body]);
    let clock = Clock::of(exchanges.iter(), Some(BEGAN + 100 * HOUR));
    assert_eq!(sent(&exchanges[0], &clock).text(), Some(body));
    // The recording is an hour longer, and an end nearer.
    let exchanges = recording(&[body, ""]);
    let clock = Clock::of(exchanges.iter(), Some(BEGAN + 100 * HOUR));
    let moves = clock.moves(&exchanges[0], &Needs::default());
    let expected = Moved { place: "body $.after".to_owned(), value: "2026-11-23T10:00:01Z".to_owned() };
    assert_eq!(moves, [expected]);
}

#[test]
fn queries_and_paths_move_validators_of_the_server_and_what_it_gave_do_not() {
    let target = "/log/2026-11-22T10:00:00Z?since=2026-11-22T09%3A00%3A00Z&day=2026-11-22";
    let lines =
        ["If-Modified-Since: Sun, 22 Nov 2026 09:00:00 GMT", "X-Sent-At: Sun, 22 Nov 2026 10:00:00 GMT"];
    let asked = exchange(1, "GET /log/{from}", target, &lines, "", answer(200, &[], ""));
    let asked = Exchange { began: BEGAN, ..asked };
    let clock = Clock::of([&asked].into_iter(), Some(BEGAN + HOUR));
    let moved = sent(&asked, &clock);
    assert_eq!(moved.target, "/log/2026-11-22T11:00:00Z?since=2026-11-22T10%3A00%3A00Z&day=2026-11-22");
    let values: Vec<_> = moved.headers.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, ["Sun, 22 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 11:00:00 GMT"]);
    let need = binding::Need { value: String::new(), sources: Vec::new() };
    let needs = Needs([("target ?since".to_owned(), need)].into());
    let places: Vec<_> = clock.moves(&asked, &needs).into_iter().map(|moved| moved.place).collect();
    assert_eq!(places, ["target /2", "header x-sent-at"]);
}
