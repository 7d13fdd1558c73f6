//! The command as it is read; what it sends is seen in `gateway/tests/gateway/recordings/curl.rs`, where a shell runs it.

use bytes::Bytes;

use super::curl;
use crate::parity::exchange::{Exchange, Redacted, Request, content::Body, sample};

fn exchange(method: &str, target: &str, headers: &[(&str, &str)], body: Body) -> Exchange {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request = Request { headers, body, ..sample::request(method, target) };
    Exchange { request, ..sample::exchange(1, "") }
}

#[test]
fn a_request_is_a_command() {
    let headers = [("Host", "api"), ("User-Agent", "it's"), ("Accept", ""), ("Content-Type", "text/plain")];
    let shown =
        curl(&exchange("POST", "/a?b=[1]&c=$x", &headers, Body::of_text("@it's\n")), "http://[::1]:80/");
    let expected = "curl -sS -i \\\n  --http1.1 \\\n  -X POST \\\n  --globoff --path-as-is 'http://[::1]:80/a?b=[1]&c=$x' \\\n  \
                    -H 'Host: api' \\\n  -H 'User-Agent: it'\\''s' \\\n  -H 'Accept;' \\\n  -H 'Content-Type: text/plain' \\\n  \
                    -H 'Expect:' \\\n  --data-raw '@it'\\''s\n'";
    assert_eq!(shown, expected);
}

#[test]
fn what_a_shell_cannot_hold_is_printed() {
    let headers =
        [("x", "caf\u{e9}"), ("user-agent", "a"), ("accept", "b"), ("content-type", "c"), ("expect", "d")];
    let body = Body::of_bytes(Bytes::from_static(b"-\xff\x001%\\'"));
    let shown = curl(&exchange("PUT", "*", &headers, body), "http://h");
    assert!(shown.starts_with(r"printf '\055\377\0001%%\\\047' | curl"), "{shown}");
    assert!(shown.contains(r#"-H "$(printf 'x: caf\351')""#), "{shown}");
    assert!(shown.contains("--request-target '*' http://h/ "), "{shown}");
    assert!(shown.ends_with("--data-binary @-"), "{shown}");
}

#[test]
fn a_secret_that_is_not_there_is_asked_for() {
    let headers = [
        ("Authorization", "Bearer abc"),
        ("Cookie", "a=b"),
        ("X-Api-Key", "k"),
        ("accept", "text/x"),
        ("x-csrf-token", "kept"),
        ("user-agent", "u"),
    ];
    let mut asked = exchange("GET", "/", &headers, Body::default());
    asked.redacted = [
        "request header authorization",
        "request cookie a",
        "request header x-api-key",
        "request header accept",
    ]
    .map(|at| Redacted { at: at.to_owned(), class: "unlisted".to_owned() })
    .into();
    let shown = curl(&asked, "");
    for part in [
        "\"${TARGET:?}\"/ ",
        "-H 'Authorization: Bearer '\"${TOKEN:?}\"",
        "-H 'Cookie: '\"${COOKIE:?}\"",
        "-H 'X-Api-Key: '\"${X_API_KEY:?}\"",
        "-H 'accept: text/x'",
        "-H 'x-csrf-token: kept'",
    ] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
}
