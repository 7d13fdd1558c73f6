//! Request bodies of every length and framing; the answer tells what arrived.

use bytes::Bytes;

use super::super::step::{Step, get, post, put};

const BINARY: &str = "application/octet-stream";

pub(super) fn steps() -> Vec<Step> {
    [raw(), json()].concat()
}

fn json() -> Vec<Step> {
    let echo = |body: &str| put("/api/echo/json").json(body);
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    vec![
        echo("{}"),
        echo("null").gives_either([200, 422]),
        echo("false"),
        echo("0"),
        echo("\"\""),
        echo(r#""text \u00e9 \ud83d\ude00 \u2028 / \/ \\ \" \u0000""#),
        echo("[1, 1.0, -0.0, 1e3, 1E-7, 1e16, 123456789012345678901234567890, 0.1]"),
        echo(r#"{"b":1,"a":2,"b":3,"":null,"nested":{"田":[[],{}]}}"#),
        echo("[1e400]").gives(500),
        echo(r#""\ud800""#).gives(500),
        echo(&deep),
        echo(&format!("[{}0]", "0,".repeat(50_000))),
        put("/api/echo/json").chunked("application/json", &[b"{\"in\":", b"[\"pieces\"", b"]}"]),
        echo("{").gives(422),
        put("/api/echo/json").gives(422),
        post("/api/echo/json").json("{}").gives(405),
    ]
}

fn raw() -> Vec<Step> {
    let echo = || post("/api/echo");
    let all_bytes: Bytes = (0..=255).collect();
    vec![
        echo(),
        echo().header("content-length", "0"),
        echo().body("text/plain", ""),
        echo().body("text/plain; charset=utf-8", "Grüße, 田中 👋"),
        echo().body(BINARY, all_bytes),
        echo().body(BINARY, large(64 * 1024)).streams(),
        echo().body(BINARY, large(5 * 1024 * 1024)).streams(),
        echo().body(BINARY, "x").header("content-encoding", "gzip"),
        echo().without_type("no type at all"),
        echo().chunked(BINARY, &[]),
        echo().chunked(BINARY, &[b"one"]),
        echo().chunked("text/plain", &[b"one", b"two", b"\r\n\r\n0\r\n\r\n", b"three"]),
        echo().awaited("text/plain", "sent when asked for"),
        echo().awaited(BINARY, large(1024 * 1024)),
        post("/api/echo?empty").header("expect", "100-continue").header("content-length", "0"),
        post("/api/tasks")
            .by("ada")
            .chunked("application/json", &[b"{\"title\":", b"\"In chunks\"}"])
            .gives(201),
        post("/api/tasks").by("ada").chunked("application/json", &[b"{\"title\":"]).gives(422),
        post("/api/tasks").by("ada").awaited("application/json", r#"{"title":"Awaited"}"#).gives(201),
        post("/nowhere").body(BINARY, large(100_000)).gives(404),
        post("/nowhere?awaited").awaited("text/plain", "nobody asks for this").gives(404),
        post("/health").body("text/plain", "not wanted").gives(405),
        get("/health").body("text/plain", "a body with a GET"),
        get("/health").chunked("text/plain", &[b"chunks with a GET"]),
        echo().multipart(&[b"content-disposition: form-data; name=\"a\"\r\n\r\n1"]),
    ]
}

/// Never the same byte for long, so that a lost or repeated piece shows.
fn large(length: u32) -> Bytes {
    (0..length).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect()
}
