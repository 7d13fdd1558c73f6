//! Bodies of JSON, and what is sent instead.

use super::Ask;

const ROUTES: [&str; 6] = ["/item", "/maybe-item", "/numbers", "/text", "/both", "/embedded"];

/// Where FastAPI raises over a 422 that it cannot write, which is its 500.
const NOT_PRINTABLE: &str = "the original cannot write its own 422, which is a 500";

pub(super) fn asks() -> Vec<Ask> {
    [values(), types(), broken(), encodings()].concat()
}

fn values() -> Vec<Ask> {
    let bodies = [
        "",
        "null",
        "{}",
        "[]",
        "1",
        "true",
        "\"text\"",
        "1.5",
        r#"{"title":"t"}"#,
        r#"{"title":"","count":null}"#,
        r#"{"title":"t","count":"7","more":1}"#,
        r#"{"title":"a","title":"b"}"#,
        "[1,2.0,\"3\"]",
        "[1,null,[],{}]",
        r#"{"item":{"title":"t"}}"#,
        r#"{"item":{"title":"t"},"count":4,"note":"n"}"#,
        r#"{"item":{"title":"t"},"count":null,"note":null}"#,
        r#"{"item":null}"#,
        r#"{"item":[],"count":[],"note":[]}"#,
        r#"{"item":{},"count":"x"}"#,
        r#"{"count":1}"#,
    ];
    let each = |route: &&str| bodies.map(|body| Ask::post(*route, "application/json", body));
    ROUTES.iter().flat_map(each).collect()
}

fn types() -> Vec<Ask> {
    let types = [
        "",
        "text/plain",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/problem+json",
        "application/vnd.api+json; v=1",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
        "application/jsonp",
        "text/json",
    ];
    let mut asks = Vec::new();
    for route in ROUTES {
        asks.extend(types.map(|kind| Ask::post(route, kind, r#"{"title":"t","item":{"title":"t"}}"#)));
    }
    asks.extend(types.map(|kind| Ask::post("/text", kind, "plain words")));
    asks.push(Ask::post("/text", "", "\"quoted\""));
    asks.push(Ask::post("/numbers", "text/plain", "7"));
    asks
}

fn broken() -> Vec<Ask> {
    let bodies = [
        "{",
        "{\"title\":",
        "{'title':1}",
        "{\"title\":\"t\",}",
        "[1,]",
        "tru",
        "nul",
        "\"a",
        "\"a\nb\"",
        "01",
        "1.",
        "{}{}",
        " ",
        "\u{feff}{}",
        "{\"a\":\"\\x\"}",
        "// no\n{}",
        "{\"title\":\"ü😀\",}",
        "-",
        "[1 2]",
    ];
    let mut asks = bodies.map(|body| Ask::post("/item", "application/json", body)).to_vec();
    asks.push(Ask::post("/item", "application/json", "1".repeat(4301)));
    asks.push(Ask::post("/numbers", "application/json", format!("[{}]", "1".repeat(4300))));
    asks.push(Ask::post("/item", "application/json", "[".repeat(100_000)));
    for body in [r#"{"title":NaN}"#, r#"{"title":"\ud800"}"#, r#"{"title":"t","count":Infinity}"#] {
        asks.push(Ask::post("/item", "application/json", body).may_differ(NOT_PRINTABLE));
    }
    asks
}

fn encodings() -> Vec<Ask> {
    let json = "{\"title\":\"ü😀\"}";
    let little: Vec<u8> = json.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = json.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let wide: Vec<u8> = json.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect();
    let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
    let bodies = [
        marked(b"\xef\xbb\xbf", json.as_bytes()),
        marked(b"\xff\xfe", &little),
        marked(b"\xfe\xff", &big),
        little,
        big,
        wide,
        b"{\"title\":\"\xff\"}".to_vec(),
        b"{\"title\":\"\xc3\"}".to_vec(),
        b"\xff\xfe{".to_vec(),
    ];
    bodies.map(|body| Ask::post("/item", "application/json", body)).to_vec()
}
