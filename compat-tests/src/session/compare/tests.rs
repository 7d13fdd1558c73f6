//! Every kind of difference is found, and nothing else is.

use std::time::{Duration, SystemTime};

use super::*;
use crate::client::{Head, Headers};
use crate::session::step::{Step, get, post};

const ALLOWED: &str = r#"
[[allowed]]
what = "header-value"
name = "date"
shape = "http-date"
where = "*"
reason = "for these tests"

[[allowed]]
what = "header-added"
name = "x-request-id"
shape = "uuid"
where = "*"
reason = "for these tests"

[[allowed]]
what = "header-missing"
name = "server"
where = "door"
reason = "for these tests"

[[allowed]]
what = "header-position"
name = "date"
where = "door"
reason = "for these tests"

[[allowed]]
what = "header-spelling"
where = "GET /spelled"
reason = "for these tests"

[[allowed]]
what = "json-value"
name = "created_at"
shape = "timestamp"
where = "*"
reason = "for these tests"

[[allowed]]
what = "json-value"
name = "access_token"
shape = "token"
where = "POST /login"
reason = "for these tests"

[[allowed]]
what = "gzip-time"
where = "*"
reason = "for these tests"

[[allowed]]
what = "interim"
where = "GET /interim"
reason = "for these tests"
"#;

/// 2026-01-05 09:30:00, ten seconds; the second run a minute later.
fn windows() -> [Window; 2] {
    [1_767_605_400, 1_767_605_460].map(|second| {
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        Window { began, ended: began + Duration::from_secs(10) }
    })
}

fn heard(headers: &[(&str, &str)], body: &[u8]) -> Heard {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let head = Head { status: 200, reason: "OK".to_owned(), headers: Headers(headers) };
    let mut heard = Heard::of(head, Vec::new());
    heard.body = body.to_vec().into();
    heard
}

fn straight() -> Heard {
    let headers = [
        ("date", "Mon, 05 Jan 2026 09:30:01 GMT"),
        ("server", "uvicorn"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("content-type", "application/json"),
    ];
    let body =
        br#"{"id":1,"created_at":"2026-01-05T09:30:02.500000","list":[{"created_at":"2020-01-01T00:00:00"}]}"#;
    heard(&headers, body)
}

/// The same a minute later, as the gateway passes it on.
fn through() -> Heard {
    let mut heard = straight();
    heard.head.headers.0[0].1 = "Mon, 05 Jan 2026 09:31:01 GMT".to_owned();
    let id = ("x-request-id".to_owned(), "9999411b-7547-487f-ae3d-c8be92c0dea6".to_owned());
    heard.head.headers.0.push(id);
    heard.body =
        String::from_utf8(heard.body.to_vec()).unwrap().replace("09:30:02.500000", "09:31:03.700000").into();
    heard
}

fn recording(step: &Step, outcome: Outcome, window: Window) -> Recording {
    Recording { exchanges: vec![Exchange { number: 1, request: step.name(), outcome }], window }
}

fn compared(step: &Step, straight: Heard, through: Heard) -> Vec<Finding> {
    let [first, second] = windows();
    let straight = recording(step, Outcome::Heard(straight), first);
    let through = recording(step, Outcome::Heard(through), second);
    let allowed = Allowed::parse(ALLOWED).unwrap();
    compare(std::slice::from_ref(step), &straight, &through, &allowed).findings
}

/// What is found after one change to the second recording, or to the first.
fn check(change: impl Fn(&mut Heard), expected: &[Difference]) {
    let mut changed = through();
    change(&mut changed);
    let found: Vec<_> =
        compared(&get("/x"), straight(), changed).into_iter().map(|finding| finding.difference).collect();
    assert_eq!(found, expected);
}

fn replace(heard: &mut Heard, from: &str, to: &str) {
    let text = String::from_utf8(heard.body.to_vec()).unwrap();
    assert!(text.contains(from), "{text}");
    heard.body = text.replacen(from, to, 1).into();
}

#[test]
fn what_clock_and_chance_have_made_is_no_finding() {
    check(|_| {}, &[]);
}

#[test]
fn every_change_of_a_header_is_found() {
    use Difference::{HeaderAdded, HeaderMissing, HeaderOrder, HeaderSpelling, HeaderValue};
    let list = |heard: &mut Heard| heard.head.headers.0.clone();
    check(|heard| heard.head.status = 201, &[Difference::Status]);
    check(|heard| heard.head.reason = "Fine".into(), &[Difference::Status]);
    check(|heard| drop(heard.head.headers.0.pop()), &[HeaderMissing("x-request-id".into())]);
    check(|heard| drop(heard.head.headers.0.remove(4)), &[HeaderMissing("content-type".into())]);
    check(|heard| drop(heard.head.headers.0.remove(1)), &[HeaderMissing("server".into())]);
    check(|heard| drop(heard.head.headers.0.remove(0)), &[HeaderMissing("date".into())]);
    check(|heard| drop(heard.head.headers.0.remove(3)), &[HeaderValue("set-cookie".into())]);
    check(|heard| heard.head.headers.0.push(("via".into(), "1.1 x".into())), &[HeaderAdded("via".into())]);
    check(|heard| heard.head.headers.0[4].1 = "text/html".into(), &[HeaderValue("content-type".into())]);
    check(
        |heard| heard.head.headers.0[4].0 = "Content-Type".into(),
        &[HeaderSpelling("content-type".into())],
    );
    check(|heard| heard.head.headers.0.swap(1, 4), &[HeaderOrder]);
    check(|heard| heard.head.headers.0.swap(0, 1), &[HeaderOrder]);
    check(|heard| heard.head.headers.0.swap(2, 3), &[HeaderValue("set-cookie".into())]);
    check(|heard| heard.head.headers.0[0].1 = "yesterday".into(), &[HeaderValue("date".into())]);
    check(
        |heard| {
            let folded = list(heard)[2].1.clone() + ", " + &list(heard)[3].1;
            heard.head.headers.0[2].1 = folded;
            heard.head.headers.0.remove(3);
        },
        &[HeaderValue("set-cookie".into())],
    );
    check(|heard| heard.head.headers.0[5].1 = "not a uuid".into(), &[HeaderAdded("x-request-id".into())]);
    check(
        |heard| {
            let twice = list(heard)[5].clone();
            heard.head.headers.0.push(twice);
        },
        &[HeaderAdded("x-request-id".into())],
    );
}

#[test]
fn every_change_of_a_body_is_found() {
    let body = &[Difference::Body][..];
    check(|heard| replace(heard, "\"id\":1", "\"id\":2"), body);
    check(|heard| replace(heard, "\"id\":1", "\"id\": 1"), body);
    check(|heard| replace(heard, "}]}", "}]}\n"), body);
    check(|heard| heard.body = bytes::Bytes::new(), body);
    check(|heard| heard.body = b"\xff"[..].into(), body);
    // A row of the sample is the same in both runs.
    check(|heard| replace(heard, "2020-01-01", "2020-01-02"), body);
    check(|heard| replace(heard, "2020-01-01T00:00:00", "2026-01-05T09:31:03"), body);
    // Generated, but not by this run, in another form, or nothing of the kind.
    for other in ["2026-01-05T09:30:03.7", "2026-01-05T09:31:03.7Z", "2026-01-05 09:31:03.7", "now", ""] {
        check(|heard| replace(heard, "2026-01-05T09:31:03.7", other), body);
    }
    check(|heard| replace(heard, "created_at", "made_at"), body);
}

#[test]
fn what_is_no_part_of_the_answer_itself_is_compared_too() {
    check(|heard| heard.frames.push(Frame::text("x")), &[Difference::Frames]);
    check(|heard| heard.interim.push(100), &[Difference::Interim]);
    check(|heard| heard.renewed = true, &[Difference::Closed]);
    let slow = get("/x").arrives_over(Duration::from_millis(5));
    let found = compared(&slow, Heard { spread: Duration::from_secs(1), ..straight() }, through());
    assert_eq!(found.iter().map(|finding| &finding.difference).collect::<Vec<_>>(), [&Difference::Pace]);
    let found = compared(&get("/x").gives(201), straight(), through());
    assert_eq!(found.iter().map(|finding| &finding.difference).collect::<Vec<_>>(), [&Difference::Script]);
}

#[test]
fn frames_differ_in_kind_payload_number_and_close_code() {
    let step = get("/x");
    let conversation = [Frame::text("a"), Frame::close(1000, "bye")];
    let with = |mut heard: Heard, frames: &[Frame]| {
        heard.frames = frames.to_vec();
        heard
    };
    assert_eq!(compared(&step, with(straight(), &conversation), with(through(), &conversation)), []);
    for other in [
        &[Frame::binary("a"), Frame::close(1000, "bye")][..],
        &[Frame::text("b"), Frame::close(1000, "bye")],
        &[Frame::text("a"), Frame::close(1001, "bye")],
        &[Frame::text("a"), Frame::close(1000, "")],
        &[Frame::text("a")],
        &[Frame::first("a"), Frame::last(""), Frame::close(1000, "bye")],
    ] {
        let found = compared(&step, with(straight(), &conversation), with(through(), other));
        assert_eq!(found.len(), 1, "{other:?}");
        assert_eq!(found[0].difference, Difference::Frames);
    }
}

#[test]
fn a_length_is_compared_unless_it_is_that_of_its_own_body() {
    let with_length = |mut heard: Heard, change: isize| {
        let length = heard.body.len().checked_add_signed(change).unwrap().to_string();
        heard.head.headers.0.insert(5, ("content-length".into(), length));
        heard
    };
    let mut on_the_second = straight();
    let body = String::from_utf8(on_the_second.body.to_vec()).unwrap();
    on_the_second.body = body.replace("02.500000", "02").into();
    let on_the_second = with_length(on_the_second, 0);
    assert_eq!(compared(&get("/x"), on_the_second, with_length(through(), 0)), []);
    let wrong = compared(&get("/x"), with_length(straight(), 0), with_length(through(), 1));
    assert_eq!(wrong[0].difference, Difference::HeaderValue("content-length".into()));
}

#[test]
fn an_allowance_holds_at_its_place_only() {
    let at_the_door = |heard: &mut Heard| {
        heard.head.headers.0.remove(1);
        heard.head.headers.0.rotate_left(1);
    };
    let mut made_by_the_gateway = through();
    at_the_door(&mut made_by_the_gateway);
    assert_eq!(compared(&get("/x").at_the_door(), straight(), made_by_the_gateway.clone()), []);
    assert_eq!(compared(&get("/x"), straight(), made_by_the_gateway).len(), 1);
    let asked_after_all = compared(&get("/x").at_the_door(), straight(), through());
    assert_eq!(asked_after_all[0].difference, Difference::Script);

    let mut capitals = straight();
    capitals.head.headers.0.iter_mut().for_each(|(name, _)| name.make_ascii_uppercase());
    assert_eq!(compared(&get("/spelled"), capitals.clone(), through()), []);
    assert_eq!(compared(&get("/x"), capitals, through()).len(), 4);

    let mut invited = straight();
    invited.interim.push(100);
    assert_eq!(compared(&get("/interim"), invited.clone(), through()), []);
    assert_eq!(compared(&get("/x"), invited, through()).len(), 1);
}

#[test]
fn a_token_may_end_later_and_nothing_else() {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let token = |subject: &str, expiry: u64| {
        let claims = format!("{{\"sub\":\"{subject}\",\"exp\":{expiry}}}");
        let parts = ["{}", &claims, &expiry.to_string()].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
        format!("{{\"access_token\":\"{}\"}}", parts.join("."))
    };
    let body = |mut heard: Heard, body: String| {
        heard.body = body.into();
        heard
    };
    let (issued, later) = (token("1", 1_767_691_801), token("1", 1_767_691_861));
    let compared = |step: &Step, other: &str| {
        compared(step, body(straight(), issued.clone()), body(through(), other.to_owned()))
    };
    assert_eq!(compared(&post("/login"), &later), []);
    assert_eq!(compared(&post("/other"), &later).len(), 1);
    for other in [token("2", 1_767_691_861), token("1", 1), "{\"access_token\":\"x\"}".to_owned()] {
        assert_eq!(compared(&post("/login"), &other).len(), 1, "{other}");
    }
}

#[test]
fn of_a_gzip_body_only_the_clock_may_differ() {
    let zipped = |mut heard: Heard, second: u32, rest: u8| {
        heard.head.headers.0.push(("content-encoding".into(), "gzip".into()));
        heard.body = [&[0x1f, 0x8b, 8, 0][..], &second.to_le_bytes(), &[2, 255, rest]].concat().into();
        heard
    };
    let straight = || zipped(straight(), 1_767_605_401, 7);
    let mut through_headers = through();
    let id = through_headers.head.headers.0.pop().unwrap();
    let through = |second, rest| {
        let mut heard = zipped(through_headers.clone(), second, rest);
        heard.head.headers.0.push(id.clone());
        heard
    };
    let step = get("/x");
    assert_eq!(compared(&step, straight(), through(1_767_605_461, 7)), []);
    assert_eq!(compared(&step, straight(), through(1_767_605_461, 8)).len(), 1);
    assert_eq!(compared(&step, straight(), through(1_000_000_000, 7)).len(), 1);
}

#[test]
fn a_broken_exchange_a_repeated_id_and_a_lost_exchange_are_found() {
    let step = get("/x");
    let [first, second] = windows();
    let allowed = Allowed::parse(ALLOWED).unwrap();
    let good = recording(&step, Outcome::Heard(straight()), first);
    let steps = [step.clone()];
    let broken = recording(&step, Outcome::Broken("reset".into()), second);
    let found = compare(&steps, &good, &broken, &allowed).findings;
    assert_eq!(found[0].difference, Difference::Broken);
    let both = compare(&steps, &broken, &broken, &allowed).findings;
    assert_eq!(both[0].difference, Difference::Broken);

    let lost = Recording { exchanges: Vec::new(), window: second };
    assert_eq!(compare(&steps, &good, &lost, &allowed).findings[0].difference, Difference::Length);

    let twice = |recording: &Recording| Recording {
        exchanges: [recording.exchanges.clone(), recording.exchanges.clone()].concat(),
        window: recording.window,
    };
    let passed_on = recording(&step, Outcome::Heard(through()), second);
    let steps = [step.clone(), step];
    let found = compare(&steps, &twice(&good), &twice(&passed_on), &allowed).findings;
    assert_eq!(
        found.iter().map(|finding| &finding.difference).collect::<Vec<_>>(),
        [&Difference::RepeatedId]
    );
}

#[test]
fn an_allowance_that_was_not_needed_is_told() {
    let step = get("/x");
    let [first, second] = windows();
    let straight = recording(&step, Outcome::Heard(straight()), first);
    let through = recording(&step, Outcome::Heard(through()), second);
    let comparison = compare(&[step], &straight, &through, &Allowed::parse(ALLOWED).unwrap());
    assert_eq!(comparison.findings, []);
    assert_eq!(comparison.needless.len(), 6, "{:?}", comparison.needless);
    assert!(comparison.complaints().contains("never needed: HeaderMissing server at door"));
}
