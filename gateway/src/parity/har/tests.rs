//! HAR as three programs write it, what cannot be used of it, and that it says the same after it was written and read.

mod round_trip;

use super::{Imported, import};
use crate::parity::exchange::{
    Exchange, Outcome,
    content::{Content, Omitted},
    frame::Side,
};

fn read(entries: &str) -> Imported {
    import(&format!(r#"{{"log": {{"version": "1.2", "creator": {{"name": "X", "version": "1"}}, "entries": [{entries}]}}}}"#))
        .unwrap()
}

fn only(entry: &str) -> Exchange {
    let Imported { exchanges, unusable, .. } = read(entry);
    assert_eq!(unusable, []);
    let [exchange] = <[Exchange; 1]>::try_from(exchanges).unwrap();
    exchange
}

fn entry(request: &str, response: &str) -> String {
    format!(
        r#"{{"startedDateTime": "2026-01-01T00:00:00Z", "time": 1,
            "request": {{"method": "POST", "url": "http://h/", {request}}}, "response": {{{response}}}}}"#
    )
}

const CHROME: &str = r#"{
  "_initiator": {"type": "script"}, "_priority": "High", "_resourceType": "fetch", "cache": {}, "connection": "443",
  "pageref": "page_1", "startedDateTime": "2026-03-01T10:00:00.250Z", "time": 12.5,
  "timings": {"blocked": 1, "dns": -1, "ssl": -1, "connect": -1, "send": 0.5, "wait": 8, "receive": 3, "_blocked_queueing": 0.4},
  "request": {"method": "POST", "url": "https://api.example.com/items%2Fa?x=1&x=2#top", "httpVersion": "http/2.0",
    "headers": [{"name": ":authority", "value": "api.example.com"}, {"name": ":method", "value": "POST"},
      {"name": "content-type", "value": "application/json"}, {"name": "x-name", "value": "Zo\u00eb"}],
    "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 7,
    "postData": {"mimeType": "application/json", "text": "{\"a\":1}"}},
  "response": {"status": 201, "statusText": "", "httpVersion": "http/2.0",
    "headers": [{"name": "content-encoding", "value": "gzip"}, {"name": "content-type", "value": "application/json"}],
    "cookies": [], "content": {"size": 8, "mimeType": "application/json", "text": "eyJiIjoyfQ==", "encoding": "base64"},
    "redirectURL": "", "headersSize": -1, "bodySize": 28, "_transferSize": 100, "_error": null}}"#;

#[test]
fn what_chrome_writes_is_an_exchange() {
    let exchange = only(CHROME);
    let request = &exchange.request;
    assert_eq!((&*request.method, &*request.target, &*request.version), ("POST", "/items%2Fa?x=1&x=2", "2"));
    let headers: Vec<_> = request.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    let expected =
        [("host", "api.example.com"), ("content-type", "application/json"), ("x-name", "Zo\u{eb}")];
    assert_eq!(headers, expected);
    assert_eq!(request.text(), Some("{\"a\":1}"));
    assert_eq!(
        (exchange.began, exchange.first_byte, exchange.took),
        (1_772_359_200_250_000, Some(9_500), 12_500)
    );
    let answered = exchange.answered().unwrap();
    assert_eq!((answered.status, answered.body.bytes()), (201, Some(&b"{\"b\":2}"[..])));
    assert_eq!((answered.body.length, answered.body.coding.as_deref()), (28, Some("gzip")));
}

#[test]
fn what_firefox_writes_is_an_exchange() {
    let exchange = only(
        r#"{"startedDateTime": "2026-03-01T11:00:00.000+01:00", "time": 3, "timings": {"wait": -1},
            "request": {"method": "POST", "url": "http://127.0.0.1:8000", "httpVersion": "HTTP/1.1",
              "headers": [{"name": "Host", "value": "127.0.0.1:8000"}],
              "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "",
                "params": [{"name": "user", "value": "a b"}, {"name": "password", "value": "&="}]}},
            "response": {"status": 200, "httpVersion": "HTTP/1.1", "content": {"size": 900, "mimeType": "text/html"},
              "headers": [{"name": "Set-Cookie", "value": "a=1\nb=2; Path=/"}]}}"#,
    );
    assert_eq!((exchange.began, exchange.first_byte), (1_772_359_200_000_000, None));
    assert_eq!((&*exchange.request.target, exchange.request.text()), ("/", Some("user=a+b&password=%26%3D")));
    let answered = exchange.answered().unwrap();
    let cookies = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/")];
    assert_eq!(answered.headers, cookies.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!((&answered.body.content, answered.body.length), (&Content::Omitted(Omitted::Unreadable), 900));
}

#[test]
fn a_body_that_stands_in_parts_is_put_together() {
    let multipart = r#""headers": [{"name": "Content-Type", "value": "multipart/form-data; boundary=\"x\""}],
        "postData": {"mimeType": "multipart/form-data",
          "params": [{"name": "a", "value": "1"}, {"name": "f", "value": "text", "fileName": "f.txt", "contentType": "text/plain"}]}"#;
    let exchange = only(&entry(multipart, r#""status": 204"#));
    let expected = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; \
                    name=\"f\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\ntext\r\n--x--\r\n";
    assert_eq!(exchange.request.text(), Some(expected));
    let binary = r#""postData": {"mimeType": "", "text": "/wA=", "encoding": "base64"}"#;
    let exchange = only(&entry(binary, r#""status": 204"#));
    assert_eq!(exchange.request.body.bytes(), Some(&[0xff, 0][..]));
}

#[test]
fn what_a_websocket_said_is_there() {
    let exchange = only(
        r#"{"startedDateTime": "2026-01-01T00:00:00.000Z", "time": 9,
            "request": {"method": "GET", "url": "wss://h/ws", "headers": []}, "response": {"status": 101, "headers": []},
            "_webSocketMessages": [{"type": "send", "time": 1767225600.25, "opcode": 1, "data": "hi"},
              {"type": "receive", "time": 1767225600.5, "opcode": 2, "data": "/w=="}]}"#,
    );
    let frames = &exchange.answered().unwrap().frames;
    let said: Vec<_> = frames.iter().map(|frame| (frame.from, frame.at, frame.opcode)).collect();
    assert_eq!(said, [(Side::Client, 250_000, 1), (Side::Server, 500_000, 2)]);
    assert_eq!(frames[0].content, Content::Text("hi".to_owned()));
    assert_eq!(frames[1].content, Content::Bytes(vec![0xff].into()));
}

#[test]
fn no_answer_is_told_as_none() {
    let exchange = only(&entry(r#""headers": []"#, r#""status": 0, "_error": "net::ERR_ABORTED""#));
    let Outcome::Broken(broken) = &exchange.outcome else { panic!("{exchange:?}") };
    assert_eq!(broken.reason, "net::ERR_ABORTED");
}

#[test]
fn an_entry_that_cannot_be_used_is_told_and_the_others_are_used() {
    let time = r#""startedDateTime": "2026-01-01T00:00:00Z", "time": 1"#;
    let response = r#""response": {"status": 200}"#;
    let asked =
        |url: &str| format!(r#"{{{time}, "request": {{"method": "GET", "url": "{url}"}}, {response}}}"#);
    let post = |request: &str| entry(request, r#""status": 200"#);
    let cases = [
        ("{}".to_owned(), "missing field `startedDateTime`"),
        (asked("data:text/plain,x"), "`data` names no server"),
        (asked("blob:http://h/1"), "`blob` names no server"),
        (asked("http://"), "`http` names no server"),
        (asked("http://h/").replace("\"GET\"", "\"\""), "`` is no method"),
        (asked("http://h/").replace("2026-01", "2026"), "`startedDateTime` is no time: `2026-01T00:00:00Z`"),
        (
            asked("http://h/").replacen('{', "{\"_fromCache\": \"disk\", ", 1),
            "was answered by the browser's disk cache: no server was asked",
        ),
        (
            post(r#""postData": {"text": "%", "encoding": "base64"}"#),
            "`postData.text` is no base64: Invalid symbol 37, offset 0.",
        ),
        (
            post(r#""postData": {"text": "%", "encoding": "rot13"}"#),
            "nobody knows the `postData.encoding` `rot13`",
        ),
        (
            post(
                r#""postData": {"mimeType": "multipart/form-data", "params": [{"name": "a", "value": "b"}]}"#,
            ),
            "a multipart body without its boundary",
        ),
        (
            post(
                r#""postData": {"mimeType": "multipart/form-data; boundary=x", "params": [{"name": "a", "fileName": "b"}]}"#,
            ),
            "the file `a` that was sent is not in the HAR",
        ),
        (
            entry(r#""headers": []"#, r#""status": 200, "content": {"text": "%", "encoding": "base64"}"#),
            "`content.text` is no base64: Invalid symbol 37, offset 0.",
        ),
        (
            entry(r#""headers": []"#, r#""status": 200, "content": {"text": "%", "encoding": "rot13"}"#),
            "nobody knows the `content.encoding` `rot13`",
        ),
    ];
    for (index, (bad, why)) in cases.iter().enumerate() {
        let Imported { exchanges, unusable, creator } = read(&format!("{CHROME}, {bad}, {CHROME}"));
        assert_eq!((exchanges.len(), unusable.len(), &*creator), (2, 1, "X 1"), "{index}: {unusable:?}");
        assert_eq!(unusable[0].to_string(), format!("log.entries[1]: {why}"), "{index}");
    }
}

#[test]
fn what_is_no_har_is_refused() {
    for (text, why) in [
        ("", "is no HAR file: EOF while parsing a value at line 1 column 0"),
        ("{}", "is no HAR file: missing field `log` at line 1 column 2"),
        ("{\"log\": {}}", "is no HAR file: missing field `entries` at line 1 column 10"),
    ] {
        assert_eq!(import(text).err().unwrap().to_string(), why);
    }
    assert!(import("\u{feff}{\"log\": {\"entries\": []}}").is_ok());
}
