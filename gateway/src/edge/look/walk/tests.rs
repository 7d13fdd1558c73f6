//! A stream of several messages, whole and cut at every place: the same passes, and the same is refused.

use super::*;
use crate::{
    auth::trust::TrustedHeaders,
    edge::{
        Classes,
        judge::{Rules, judge},
        look::cut::walk,
    },
};

/// Whole, in two pieces cut anywhere, and byte by byte.
fn check(stream: &[u8], limits: HeadLimits, passes: &[u8], refused: Option<Class>) {
    let shown = String::from_utf8_lossy(stream);
    let whole = walk([stream], limits);
    assert_eq!((whole.passed.as_slice(), whole.refused), (passes, refused), "{shown:?}");
    for cut in 0..stream.len() {
        let (first, second) = stream.split_at(cut);
        assert_eq!(walk([first, second], limits), whole, "{shown:?} cut at {cut}");
    }
    assert_eq!(walk(stream.chunks(1), limits), whole, "{shown:?} byte by byte");
}

const FIRST: &str = "GET /1 HTTP/1.1\r\nhost: a\r\n\r\n";
const LENGTH: &str = "POST /2 HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n\r\n\r\nGET /";
const CHUNKED: &str =
    "POST /3 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\n\r\nG\r\n0\r\nt: r\r\n\r\n";

#[test]
fn requests_behind_each_other_are_each_judged() {
    let good = [FIRST, LENGTH, "\r\n\r\n", CHUNKED, FIRST].concat();
    let limits = HeadLimits::default();
    check(good.as_bytes(), limits, good.as_bytes(), None);
    let smuggled = "GET / HTTP/1.1\r\n\r\n";
    for before in [FIRST, LENGTH, CHUNKED, ""] {
        let stream = [before, smuggled, FIRST].concat();
        check(stream.as_bytes(), limits, before.as_bytes(), Some(Class::HostMissing));
        let bare = [before, &FIRST.replace('\r', "")].concat();
        check(bare.as_bytes(), limits, before.as_bytes(), Some(Class::BareLf));
    }
    let astray = CHUNKED.replace("0\r\n", "-\r\n");
    let passes = astray.rfind('-').expect("it is there");
    check(astray.as_bytes(), limits, &astray.as_bytes()[..passes], Some(Class::ChunkMalformed));
}

#[test]
fn a_head_without_an_end_is_refused_when_it_is_too_large_not_when_it_ends() {
    let limits = HeadLimits { bytes: 64, ..HeadLimits::default() };
    let header = [FIRST, "GET / HTTP/1.1\r\n", &"x: y\r\n".repeat(20)].concat();
    check(header.as_bytes(), limits, FIRST.as_bytes(), Some(Class::HeadTooLarge));
    let target = [FIRST, "GET /", &"x".repeat(100)].concat();
    check(target.as_bytes(), limits, FIRST.as_bytes(), Some(Class::TargetTooLong));
}

#[test]
fn empty_lines_before_a_head_pass_with_it_and_are_few() {
    let limits = HeadLimits::default();
    let few = [FIRST, &"\r\n".repeat(MOST_BEFORE / 2), FIRST].concat();
    check(few.as_bytes(), limits, few.as_bytes(), None);
    check(&few.as_bytes()[..FIRST.len() + MOST_BEFORE], limits, FIRST.as_bytes(), None);
    for empty in ["\r\n", "\n", "\r"] {
        let many = [FIRST, &empty.repeat(MOST_BEFORE + 1), FIRST].concat();
        check(many.as_bytes(), limits, FIRST.as_bytes(), Some(Class::RequestLineMalformed));
    }
}

#[test]
fn behind_a_request_for_a_websocket_nothing_passes_before_its_answer() {
    let ask = "GET /live HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let trusted = TrustedHeaders::new(&[]);
    let limits = HeadLimits::default();
    let rules = Rules { limits, reported: Classes::default(), trusted: &trusted, declares: &|_| false };
    let judge = |head: &[u8]| judge(head, &rules);
    let large = |begun: &[u8]| too_large(begun, limits);
    for (granted, behind, passed, rest) in [
        (true, &b"\x81\x05\n\n\r\n"[..], 6, Rest::Nothing),
        (false, FIRST.as_bytes(), FIRST.len(), Rest::Nothing),
        (false, b"GET / HTTP/1.1\r\n\r\n", 0, Rest::Refused(Class::HostMissing, 18)),
    ] {
        let mut walk = Walk::begin();
        let stream = [ask.as_bytes(), behind].concat();
        assert_eq!(walk.advance(&stream, large, judge), Walked { passed: ask.len(), rest: Rest::Held });
        assert_eq!(walk.advance(behind, large, judge), Walked { passed: 0, rest: Rest::Held });
        walk.answered(granted);
        assert_eq!(walk.advance(behind, large, judge), Walked { passed, rest });
        assert_eq!(walk.is_tunnel(), granted);
    }
}

#[test]
fn what_comes_behind_the_body_of_a_request_for_a_websocket_waits_too() {
    let trusted = TrustedHeaders::new(&[]);
    let limits = HeadLimits::default();
    let mut reported = Classes::default();
    reported.add(Class::Upgrade);
    let rules = Rules { limits, reported, trusted: &trusted, declares: &|_| false };
    for (framing, body) in
        [("content-length: 2", "ab"), ("transfer-encoding: chunked", "2\r\nab\r\n0\r\n\r\n")]
    {
        let asked = format!(
            "{FIRST}GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n{framing}\r\n\r\n{body}"
        );
        let stream = format!("{asked}\u{1}\n\n");
        let mut walk = Walk::begin();
        let walked =
            walk.advance(stream.as_bytes(), |begun| too_large(begun, limits), |head| judge(head, &rules));
        assert_eq!(walked, Walked { passed: asked.len(), rest: Rest::Held }, "{framing}");
        assert_eq!((walk.has_asked(), walk.asking()), (true, Some(2)), "{framing}");
    }
}
