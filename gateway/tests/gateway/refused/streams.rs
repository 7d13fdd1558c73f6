//! Streams that the two parsers of uvicorn, or hyper, read differently, and some that look as if they might.

/// Each is followed by a request that asks for the end of the connection.
pub(super) fn written() -> Vec<Vec<u8>> {
    let mut streams: Vec<Vec<u8>> = Vec::new();
    let mut add = |text: String| streams.push(text.chars().map(|character| character as u8).collect());
    let host = "host: a\r\n";
    for method in METHODS {
        add(format!("{method} /x HTTP/1.1\r\n{host}\r\n"));
    }
    for target in TARGETS {
        add(format!("GET {target} HTTP/1.1\r\n{host}\r\n"));
        add(format!("OPTIONS {target} HTTP/1.1\r\n{host}\r\n"));
    }
    for version in VERSIONS {
        add(format!("GET / {version}\r\n{host}connection: keep-alive\r\n\r\n"));
    }
    for hosts in HOSTS {
        add(format!("GET / HTTP/1.1\r\n{hosts}\r\n"));
        add(format!("GET / HTTP/1.0\r\n{hosts}connection: keep-alive\r\n\r\n"));
    }
    for framing in FRAMINGS {
        for method in ["POST", "GET"] {
            add(format!("{method} / HTTP/1.1\r\n{host}{framing}\r\nhello"));
        }
        add(format!("POST / HTTP/1.0\r\n{host}{framing}connection: keep-alive\r\n\r\nhello"));
    }
    for chunks in CHUNKS {
        add(format!("POST / HTTP/1.1\r\n{host}transfer-encoding: Chunked\r\n\r\n{chunks}"));
    }
    for line in LINES {
        add(format!("GET / HTTP/1.1\r\n{host}{line}\r\n"));
        add(format!(
            "GET /before HTTP/1.1\r\n{host}\r\nGET / HTTP/1.1\r\n{host}{line}\r\nGET /behind HTTP/1.1\r\n{host}\r\n"
        ));
    }
    for start in STARTS {
        add(format!("{start}GET / HTTP/1.1\r\n{host}\r\n"));
        add(format!(
            "POST / HTTP/1.1\r\n{host}content-length: 5\r\n\r\nhello{start}GET / HTTP/1.1\r\n{host}\r\n"
        ));
    }
    add(format!("GET / HTTP/1.1\n{}\n", host.replace('\r', "")));
    add(format!("GET /{} HTTP/1.1\r\n{host}\r\n", "x".repeat(70_000)));
    add(format!("GET / HTTP/1.1\r\n{host}x-a: {}\r\n\r\n", "x".repeat(60_000)));
    add(format!("GET / HTTP/1.1\r\n{host}{}\r\n", "x: y\r\n".repeat(99)));
    add(format!("GET / HTTP/1.1\r\n{host}{}\r\n", "x: y\r\n".repeat(100)));
    streams
}

const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "PROPFIND",
    "M-SEARCH", "SOURCE", "PURGE", "LABEL", "UPDATE", "FOO", "get", "Get", "G-T", "G(T",
];

const TARGETS: &[&str] = &[
    "/",
    "/a?b",
    "/a?b?c",
    "/a%2Fb",
    "/a%0Ab",
    "/a%7f",
    "/a%25%30a",
    "/a%zz",
    "/a%",
    "/%c3%a9",
    "/a;b",
    "/a#b",
    "/a?#",
    "//a/b",
    "/a/../b",
    "/./",
    "/a\\b",
    "/a\"b",
    "/a?b\"",
    "/a<b",
    "/a`b",
    "/a?b`c",
    "/a{b}",
    "/a|b^c",
    "/a[b]",
    "/\u{e9}",
    "/a\u{1}",
    "/a\tb",
    "/a\0",
    "*",
    "a",
    "a:80",
    "?a",
    "http://a/b?c",
    "HTTP://A/b",
    "http://a",
    "http://a?b",
    "http://b/",
    "http://a:80/",
    "http://u@a/",
    "http:///a",
    "https://a/b",
    "ftp://a/b",
    "http:/a",
];

const VERSIONS: &[&str] =
    &["HTTP/1.0", "HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", "HTTP/1.10", "ICE/1.0", ""];

const HOSTS: &[&str] = &[
    "",
    "host:\r\n",
    "host: a\r\nhost: a\r\n",
    "host: a\r\nHost: b\r\n",
    "host: a b\r\n",
    "host: a,b\r\n",
    "host: a/b\r\n",
    "host: [::1]:80\r\n",
    "host: [::1\r\n",
    "host: a:\r\n",
    "host: a:x\r\n",
    "host: u@a\r\n",
    "host: a\r\n b\r\n",
];

const FRAMINGS: &[&str] = &[
    "content-length: 5\r\n",
    "content-length: 05\r\n",
    "content-length:5 \r\n",
    "content-length: +5\r\n",
    "content-length: 5,5\r\n",
    "content-length: 5\r\ncontent-length: 5\r\n",
    "content-length: 5\r\ncontent-length: 6\r\n",
    "content-length: 0x5\r\n",
    "content-length: 5 5\r\n",
    "content-length :5\r\n",
    " content-length: 5\r\n",
    "content-length: 5\r\n\t\r\n",
    "content-length: 5\r\ntransfer-encoding: chunked\r\n",
    "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
    "transfer-encoding: gzip, chunked\r\n",
    "transfer-encoding: chunked, gzip\r\n",
    "transfer-encoding: identity\r\n",
    "transfer-encoding: xchunked\r\n",
    "transfer-encoding:\u{b}chunked\r\n",
    "transfer-encoding: chunked\r\ntransfer-encoding: x\r\n",
    "transfer_encoding: chunked\r\ncontent-length: 5\r\n",
    "connection: content-length\r\ncontent-length: 5\r\n",
    "connection: transfer-encoding\r\ncontent-length: 5\r\n",
];

const CHUNKS: &[&str] = &[
    "5\r\nhello\r\n0\r\n\r\n",
    "5;a=b\r\nhello\r\n0\r\n\r\n",
    "5 \r\nhello\r\n0\r\n\r\n",
    " 5\r\nhello\r\n0\r\n\r\n",
    "5\nhello\n0\n\n",
    "5\r\nhello0\r\n\r\n",
    "5\r\nhello\r\n0\r\na: b\r\n\r\n",
    "5\r\nhello\r\n0\r\ncontent-length: 9\r\n\r\n",
    "5\r\nhello\r\n0\r\na : b\r\n\r\n",
    "5\r\nhello\r\n0\r\n a: b\r\n\r\n",
    "0005\r\nhello\r\n00\r\n\r\n",
    "-5\r\nhello\r\n0\r\n\r\n",
    "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
    "5\r\r\nhello\r\n0\r\n\r\n",
    "10000000000000005\r\nhello\r\n0\r\n\r\n",
    "A\r\nhellohello\r\n0\r\n\r\n",
    "0\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n",
];

const LINES: &[&str] = &[
    "x-a: b\r\n c\r\n",
    "x-a: b\n",
    "x-a: b\rx-b: c\r\n",
    "x-a : b\r\n",
    "x-a\t: b\r\n",
    "x a: b\r\n",
    ": b\r\n",
    "x-a\r\n",
    "x-a:\r\n",
    "x-a: \u{1}\r\n",
    "x-a: \u{7f}\r\n",
    "x-a: \0\r\n",
    "x-a: \u{e9}\r\n",
    "x-a: a\tb\r\n",
    "(x): b\r\n",
    "x-a:b:c\r\n",
    "x_a: b\r\n",
    "connection: x-a\r\nx-a: b\r\n",
    "connection: Host\r\n",
    "connection: close, cookie\r\ncookie: a\r\n",
    "connection: keep-alive, te\r\n",
    "connection: authorization\r\nauthorization: Bearer x\r\n",
    "te: trailers\r\n",
    "trailer: x-a\r\n",
    "expect: 100-continue\r\n",
    "upgrade: h2c\r\n",
    "connection: upgrade\r\nupgrade: h2c\r\n",
    "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AA\r\n",
    "connection: upgrade\r\nupgrade: foo\r\n",
    "connection: upgrade\r\nupgrade: websocket, foo\r\n",
    "upgrade: websocket\r\n",
    "connection: upgrade\r\nupgrade: websocket\r\nupgrade: foo\r\n",
    "connection: upgrade\r\nupgrade: websocket\r\ncontent-length: 5\r\n",
    "connection: upgrade\r\nupgrade: WebSocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
];

const STARTS: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    " ",
    "\t",
    "GET\r\n",
    "GET /\r\n",
    "GET  / HTTP/1.1\r\n",
    "GET /  HTTP/1.1\r\n",
    "\0",
];
