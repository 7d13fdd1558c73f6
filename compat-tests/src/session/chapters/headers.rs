//! Request headers that proxies touch: repeated, empty, long, not ASCII, about the connection.

use super::super::step::{Step, get, head};

pub(super) fn steps() -> Vec<Step> {
    vec![
        get("/health").header("X-Mixed-Case", "Value"),
        get("/health").header("x-empty", ""),
        get("/health").header("x-twice", "1").header("x-twice", "2"),
        get("/health").header("x-latin", "caf\u{e9} \u{ff}"),
        get("/health").header("x-unicode", "田中"),
        get("/health").header("x-long", &"v".repeat(8000)),
        get("/health").header("cookie", "a=1; b=\"two words\"; c="),
        get("/health").header("cookie", "a=1").header("cookie", "b=2"),
        get("/health").header("accept", "text/html;q=0.1, */*").header("accept-encoding", "gzip, br;q=0.5"),
        get("/health").header("user-agent", "session/1").header("referer", "http://localhost:3000/a?b#c"),
        get("/health").header("x-request-id", "chosen-by-the-client"),
        get("/health")
            .header("x-forwarded-for", "203.0.113.9, 10.0.0.1")
            .header("forwarded", "for=203.0.113.9"),
        get("/health").header("te", "trailers").header("connection", "te"),
        get("/health").header("connection", "keep-alive").header("keep-alive", "timeout=5"),
        get("/health").header("connection", "close"),
        get("/nowhere").header("connection", "close").gives(404),
        head("/docs").header("connection", "close"),
        get("/health").header("host", "other.example:8443"),
        get("/health/").header("host", "other.example:8443").gives(307),
        get("/health/").header("host", "[::1]:80").gives(307),
        get("/health").header("range", "bytes=0-3"),
        get("/health").header("if-none-match", "*"),
        get("/health").header("if-modified-since", "Mon, 05 Jan 2026 09:30:00 GMT"),
        get("/health").header("upgrade", "h2c").header("connection", "upgrade"),
    ]
}
