//! Head by head: what passes, and by which class the others are refused.

use super::*;

fn rules<'r>(
    reported: Classes,
    trusted: &'r TrustedHeaders,
    declares: &'r dyn Fn(&[u8]) -> bool,
) -> Rules<'r> {
    Rules { limits: HeadLimits::default(), reported, trusted, declares }
}

fn judged(head: &[u8], reported: Classes) -> Result<Passed, Class> {
    judge(head, &rules(reported, &TrustedHeaders::new(&[]), &|method| method == b"DECLARED"))
}

/// Refused, and where that is possible let through when it is only reported.
fn check(class: Class, head: impl AsRef<[u8]>) {
    let head = head.as_ref();
    let shown = String::from_utf8_lossy(head);
    assert_eq!(judged(head, Classes::default()), Err(class), "{shown:?}");
    let mut reported = Classes::default();
    reported.add(class);
    match (class.always(), judged(head, reported)) {
        (None, Ok(passed)) => assert_eq!(passed.reported, reported, "{shown:?}"),
        // The first of two, in one head.
        (None, Err(other)) => assert_ne!(other, class, "{shown:?}"),
        (Some(_), _) => {}
    }
    let mut others = Classes::default();
    Class::ALL.iter().filter(|other| **other != class).for_each(|other| others.add(*other));
    assert_eq!(judged(head, others), Err(class), "{shown:?}, whatever else is reported");
}

fn with(lines: &str) -> Vec<u8> {
    format!("POST /a HTTP/1.1\r\nhost: a\r\n{lines}\r\n\r\n").into_bytes()
}

#[test]
fn what_both_parsers_read_alike_passes() {
    for (head, body, websocket) in [
        ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", Body::Length(0), false),
        ("\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n", Body::Length(0), false),
        ("GET / HTTP/1.0\r\n\r\n", Body::Length(0), false),
        ("GET http://A:80/x?y HTTP/1.1\r\nHost: a:80\r\n\r\n", Body::Length(0), false),
        ("DECLARED / HTTP/1.1\r\nhost: [::1]:8080\r\n\r\n", Body::Length(0), false),
        ("GET /%41%zz%2F%?a%00=/? HTTP/1.1\r\nhost: a\r\n\r\n", Body::Length(0), false),
        (
            "PUT /{}|^\"'[]\\ HTTP/1.1\r\nhost: a_b-c.d~\r\ncontent-length: 007\r\n\r\n",
            Body::Length(7),
            false,
        ),
        ("POST / HTTP/1.1\r\nhost:a\r\nTRANSFER-ENCODING: \tChunked \r\n\r\n", Body::Chunked, false),
        ("GET / HTTP/1.1\r\nhost: a\r\nx:\r\ny: a\tb\r\nz: \u{e9}\r\n\r\n", Body::Length(0), false),
        (
            "GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n\r\n",
            Body::Length(0),
            false,
        ),
        (
            "GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: WebSocket\r\n\r\n",
            Body::Length(0),
            true,
        ),
        ("GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket, foo\r\n\r\n", Body::Length(0), false),
        ("GET / HTTP/1.1\r\nhost: a\r\nconnection: keep-alive, te, , close\r\n\r\n", Body::Length(0), false),
    ] {
        let expected = Passed { body, websocket, reported: Classes::default() };
        assert_eq!(judged(head.as_bytes(), Classes::default()), Ok(expected), "{head:?}");
    }
}

#[test]
fn a_length_is_one_number_and_stands_alone() {
    check(Class::LengthAndEncoding, with("content-length: 5\r\ntransfer-encoding: chunked"));
    check(Class::LengthAndEncoding, with("transfer-encoding: chunked\r\ncontent-length: 0"));
    for same in ["5", "6"] {
        check(Class::LengthTwice, with(&format!("content-length: 5\r\nContent-Length: {same}")));
    }
    for malformed in ["", "+5", "-0", "5,5", "5 5", "0x5", "5;", "\u{0665}", "18446744073709551616", "1e3"] {
        check(Class::LengthMalformed, with(&format!("content-length: {malformed}")));
    }
    for other in ["", "gzip, chunked", "chunked, chunked", "identity", "chunked;q=1", "xchunked", "chunked,"]
    {
        check(Class::EncodingNotChunked, with(&format!("transfer-encoding: {other}")));
    }
    check(Class::EncodingNotChunked, with("transfer-encoding: chunked\r\ntransfer-encoding: chunked"));
    check(Class::EncodingOnOldVersion, "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n");
}

#[test]
fn a_host_is_there_once_and_is_a_host() {
    check(Class::HostMissing, "GET / HTTP/1.1\r\n\r\n");
    check(Class::HostTwice, "GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n");
    check(Class::HostTwice, "GET / HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n");
    for malformed in [
        "", "a b", "a,b", "a/b", "a@b", "a:", "a:x", "a:65536", "a:-1", ":80", "[::1", "[::1]x", "[a]", "[]",
        "::1", "a%41", "\u{e9}", "a\\b", "a?b", "a#b", "*", "a:80:80",
    ] {
        check(Class::HostMalformed, format!("GET / HTTP/1.1\r\nhost: {malformed}\r\n\r\n"));
    }
    for (target, host) in
        [("http://b/", "a"), ("http://a:80/", "a"), ("http://u@a/", "a"), ("https://a/", "a:443")]
    {
        check(Class::OtherAuthority, format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n\r\n"));
    }
    check(Class::OtherAuthority, "GET http://a/ HTTP/1.0\r\n\r\n");
}

#[test]
fn a_line_ends_with_cr_lf_and_begins_with_a_name() {
    check(Class::BareLf, "GET / HTTP/1.1\nhost: a\r\n\r\n");
    check(Class::BareLf, "GET / HTTP/1.1\r\nhost: a\n\r\n");
    check(Class::BareLf, "GET / HTTP/1.1\r\nhost: a\r\n\n");
    check(Class::BareLf, "\nGET / HTTP/1.1\r\nhost: a\r\n\r\n");
    check(Class::BareCr, with("x: a\rb: c"));
    check(Class::BareCr, with("x: a\r"));
    check(Class::BareCr, "GET / HTTP/1.1\rhost: a\r\n\r\n");
    check(Class::LineFolded, with("x: a\r\n b"));
    check(Class::LineFolded, with("x: a\r\n\tb: c"));
    check(Class::LineFolded, "GET / HTTP/1.1\r\n host: a\r\n\r\n");
    check(Class::SpaceBeforeColon, with("content-length : 5"));
    check(Class::SpaceBeforeColon, with("x\t: 5"));
    for malformed in ["nothing", ": a", "a b: c", "a(: b", "\u{e9}: a", "a\u{1}: b"] {
        check(Class::HeaderMalformed, with(malformed));
    }
    for control in (0..0x20).chain([0x7f]).filter(|byte| !matches!(byte, 9 | 10 | 13)) {
        check(Class::ValueControlCharacter, with(&format!("x: a{}b", char::from(control))));
    }
}

#[test]
fn a_request_line_has_three_words() {
    for line in [
        "GET /",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        " GET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET / x HTTP/1.1",
        "G(T / HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/1.10",
        "GET / HTTP/x.1",
        "GET",
        " / HTTP/1.1",
        "GET / ",
    ] {
        check(Class::RequestLineMalformed, format!("{line}\r\nhost: a\r\n\r\n"));
    }
    for version in ["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0"] {
        check(Class::VersionUnknown, format!("GET / {version}\r\nhost: a\r\n\r\n"));
    }
    for method in ["get", "Get", "FOO", "PRI", "LABEL", "UPDATE", "SETUP", "GETT"] {
        check(Class::MethodUnknown, format!("{method} / HTTP/1.1\r\nhost: a\r\n\r\n"));
    }
}

#[test]
fn a_target_is_a_path_that_everybody_reads_alike() {
    let line = |method: &str, target: &str| format!("{method} {target} HTTP/1.1\r\nhost: a\r\n\r\n");
    for target in ["*", "a", "a:443", "?x", "http:/a", "http://a?x", "http:///x", "ftp://a/x"] {
        for method in ["GET", "OPTIONS", "CONNECT"] {
            check(Class::TargetForm, line(method, target));
        }
    }
    check(Class::TargetForm, line("CONNECT", "/"));
    for byte in (1..0x20).chain([0x7f, b'<', b'>', b'`']).filter(|byte| !matches!(byte, 10 | 13)) {
        check(Class::TargetCharacter, line("GET", &format!("/a{}", char::from(byte))));
    }
    check(Class::TargetCharacter, "GET /\0 HTTP/1.1\r\nhost: a\r\n\r\n");
    check(Class::TargetCharacter, line("GET", "/\u{e9}"));
    check(Class::TargetCharacter, line("GET", "/?a=\""));
    for fragment in ["/a#b", "/#", "/a?b#c", "http://a/#x"] {
        check(Class::Fragment, line("GET", fragment));
    }
    for escaped in ["%00", "%0a", "%0A", "%1F", "%1f", "%7f", "%7F", "a%25%0d"] {
        check(Class::ControlCharacter, line("GET", &format!("/{escaped}")));
    }
    for harmless in ["/%250a", "/%20", "/%7e", "/%80", "/%0", "/%", "/%1g", "/?%0a"] {
        assert!(judged(line("GET", harmless).as_bytes(), Classes::default()).is_ok(), "{harmless}");
    }
}

#[test]
fn a_client_cannot_have_taken_away_what_others_decide_by() {
    for name in [
        "authorization",
        "Host",
        "x-anything",
        "X_User",
        "cookie",
        "forwarded",
        "x.forwarded.for",
        "content-length",
    ] {
        check(Class::NominatedHeader, with(&format!("connection: close, {name}")));
        check(Class::NominatedHeader, with(&format!("connection: close\r\nconnection:{name}")));
    }
}

#[test]
fn a_websocket_is_all_that_is_asked_for() {
    let ask = |line: &str, more: &str| format!("{line}\r\nhost: a\r\nconnection: upgrade\r\n{more}\r\n\r\n");
    for more in [
        "upgrade: websocket, foo",
        "upgrade: websocket\r\nupgrade: h2c",
        "upgrade: websocket, websocket",
        "upgrade: websocket\r\ncontent-length: 1",
        "upgrade: websocket\r\ntransfer-encoding: chunked",
    ] {
        check(Class::Upgrade, ask("GET / HTTP/1.1", more));
    }
    check(Class::Upgrade, ask("GET / HTTP/1.0", "upgrade: websocket"));
}

#[test]
fn a_head_has_its_limits() {
    let trusted = TrustedHeaders::new(&[]);
    let mut rules = rules(Classes::default(), &trusted, &|_| false);
    let head = b"GET /target HTTP/1.1\r\nhost: a\r\nx: y\r\n\r\n";
    let exact = HeadLimits { bytes: head.len(), headers: 2, target: 7, ..HeadLimits::default() };
    rules.limits = exact;
    assert!(judge(head, &rules).is_ok());
    rules.limits = HeadLimits { bytes: head.len() - 1, ..exact };
    assert_eq!(judge(head, &rules), Err(Class::HeadTooLarge));
    rules.limits = HeadLimits { bytes: 10, ..exact };
    assert_eq!(judge(head, &rules), Err(Class::TargetTooLong));
    rules.limits = HeadLimits { headers: 1, ..exact };
    assert_eq!(judge(head, &rules), Err(Class::HeadersTooMany));
    rules.limits = HeadLimits { target: 6, ..exact };
    assert_eq!(judge(head, &rules), Err(Class::TargetTooLong));
}
