//! The command that is shown for a request sends the request: a shell runs it, and every byte that arrives is looked at.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Command, Stdio},
    thread,
};

use bytes::Bytes;
use gateway::parity::{
    curl::curl,
    exchange::{Exchange, Outcome, Redacted, Request, content::Body},
};

use crate::house::PATIENCE;

const TEXTS: [&str; 9] = [
    "plain",
    "@/etc/passwd",
    "it's \"quoted\" `twice` $HOME $(id) \\n \\\\ !!",
    "\n\nlines\r\n\tand an end\n",
    "%41%s%%d&a=b+c;d",
    "é ü 💥 \u{7f}",
    "-n",
    "--next",
    " ",
];

const TARGETS: [&str; 14] = [
    "/",
    "//double//",
    "/a/../b/./c",
    "/a%20b%2F?x=1&x=2&y=",
    "/range?x=[1-3]&y={a,b}",
    "/q?it's=\"x\"`$HOME`",
    "/w|x^y\\z<>",
    "/caf\u{e9}",
    "/#fragment",
    "/?",
    "/a?b?c#d",
    "*",
    "http://other.example/absolute?x",
    "/~$(id);&'",
];

fn request(method: &str, target: &str, headers: &[(&str, &str)], body: Body) -> Exchange {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Exchange {
        id: 1,
        session: String::new(),
        after: Vec::new(),
        began: 0,
        first_byte: None,
        took: 0,
        route: String::new(),
        owner: String::new(),
        request: Request {
            method: method.to_owned(),
            target: target.to_owned(),
            version: "1.1".to_owned(),
            headers: [("Host".to_owned(), "api.example".to_owned())].into_iter().chain(headers).collect(),
            body,
        },
        outcome: Outcome::Answered(Default::default()),
        redacted: Vec::new(),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Arrived {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What of an exchange is to arrive, but for the length and in no order: curl has its own.
fn expected(exchange: &Exchange, body: &[u8]) -> Arrived {
    let Request { method, target, version, headers, .. } = &exchange.request;
    let mut headers = headers.clone();
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    headers.sort();
    Arrived { line: format!("{method} {target} HTTP/{version}"), headers, body: body.to_vec() }
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn arrived(stream: &mut TcpStream) -> Arrived {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut bytes = Vec::new();
    let mut part = [0; 65536];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        let count = stream.read(&mut part).unwrap();
        assert!(count > 0, "cut off: {}", latin(&bytes));
        bytes.extend_from_slice(&part[..count]);
    };
    let head = latin(&bytes[..end - 4]);
    let mut lines = head.split("\r\n");
    let line = lines.next().unwrap().to_owned();
    let mut headers: Vec<_> = lines
        .map(|line| {
            line.split_once(':')
                .map(|(name, value)| (name.to_owned(), value.trim_start().to_owned()))
                .unwrap()
        })
        .collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = length.map_or(0, |(_, length)| length.parse().unwrap());
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    headers.sort();
    let mut body = bytes.split_off(end);
    let is_chunked = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
    while (is_chunked && !body.ends_with(b"0\r\n\r\n")) || body.len() < length {
        let count = stream.read(&mut part).unwrap();
        assert!(count > 0, "the body is cut off after {} bytes", body.len());
        body.extend_from_slice(&part[..count]);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    Arrived { line, headers, body }
}

/// Runs the command in a shell with these variables, and gives what arrived.
fn run(exchange: &Exchange, variables: &[(&str, &str)]) -> Arrived {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let script = curl(exchange, &format!("http://{}", listener.local_addr().unwrap()));
    let home = tempfile::tempdir().unwrap();
    // As one argument it could be too long.
    let file = home.path().join("script");
    fs::write(&file, script.clone() + "\n").unwrap();
    let mut shell = Command::new("sh");
    shell.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", home.path());
    shell
        .envs(variables.iter().copied())
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    thread::scope(|scope| {
        let arriving = scope.spawn(|| arrived(&mut listener.accept().unwrap().0));
        let output = shell.output();
        // Or a command that failed would be waited for.
        drop(TcpStream::connect(listener.local_addr().unwrap()));
        let arrived = arriving.join();
        let told = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
        arrived.unwrap_or_else(|_| panic!("{script}\n{told:?}"))
    })
}

#[track_caller]
fn check(exchange: &Exchange, body: &[u8]) {
    assert_eq!(run(exchange, &[]), expected(exchange, body), "{}", curl(exchange, "http://x"));
}

#[test]
fn every_target_and_method_arrives_as_it_was() {
    for target in TARGETS {
        check(&request("GET", target, &[], Body::default()), b"");
    }
    for method in ["HEAD", "DELETE", "OPTIONS", "M-SEARCH", "POST"] {
        check(&request(method, "/x", &[], Body::default()), b"");
    }
    let mut old = request("GET", "/", &[], Body::default());
    old.request.version = "1.0".to_owned();
    old.request.headers.clear();
    check(&old, b"");
}

#[test]
fn every_body_arrives_as_it_was() {
    let of_its_own: [(&str, &str); 2] = [("Content-Type", "text/plain"), ("content-length", "1")];
    for text in TEXTS {
        check(&request("POST", "/", &of_its_own, Body::of_text(text)), text.as_bytes());
        check(&request("GET", "/", &[], Body::of_text(text)), text.as_bytes());
    }
    let every: Vec<u8> = (0..=255).rev().chain(b'0'..=b'9').collect();
    let long = "long 'text'\n".repeat(20_000);
    for body in [&every[..], b"-\xff", b"\x00001%s", long.as_bytes(), &every.repeat(1000)] {
        check(&request("PUT", "/", &of_its_own, Body::of_bytes(Bytes::copy_from_slice(body))), body);
    }
    check(&request("POST", "/", &[("Content-Length", "0")], Body::default()), b"");
    let chunked = [("Transfer-Encoding", "chunked")];
    check(&request("POST", "/", &chunked, Body::of_text("abc")), b"3\r\nabc\r\n0\r\n\r\n");
}

#[test]
fn every_header_arrives_as_it_was() {
    let values: Vec<(&str, &str)> = TEXTS
        .iter()
        .filter(|text| text.is_ascii() && !text.contains('\n') && **text != " ")
        .map(|text| ("X-Same", *text))
        .chain([
            ("x-empty", ""),
            ("x-latin", "caf\u{e9} '%s'\\"),
            ("x-ends", "a;"),
            ("Accept-Encoding", "gzip, br"),
        ])
        .collect();
    check(&request("GET", "/", &values, Body::default()), b"");
    let own = [("user-agent", "u"), ("ACCEPT", "a/b"), ("Connection", "close"), ("Cookie", "a=\"b c\"; d=e")];
    check(&request("GET", "/", &own, Body::default()), b"");
}

#[test]
fn what_was_packed_is_packed_again() {
    let body = Body { coding: Some("gzip".to_owned()), ..Body::of_text("some text") };
    let exchange = request("POST", "/", &[("Content-Encoding", "gzip")], body);
    let arrived = run(&exchange, &[]);
    assert_eq!(arrived.body[..2], [0x1f, 0x8b], "{arrived:?}");
    let unpacked = unpacked_by_gzip(&arrived.body);
    assert_eq!(unpacked, b"some text");
}

fn unpacked_by_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip =
        Command::new("gzip").arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    gzip.stdin.take().unwrap().write_all(bytes).unwrap();
    gzip.wait_with_output().unwrap().stdout
}

#[test]
fn a_secret_is_what_the_variable_says() {
    let mut exchange =
        request("GET", "/", &[("Authorization", "Bearer pseudonym"), ("cookie", "a=b")], Body::default());
    exchange.redacted = ["request header authorization", "request header cookie"]
        .map(|at| Redacted { at: at.to_owned(), class: "header".to_owned() })
        .into();
    let arrived = run(&exchange, &[("TOKEN", "it's $real"), ("COOKIE", "a=c; d=\"e\"")]);
    let mut headers: Vec<_> = arrived.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    headers.retain(|(name, _)| *name != "Host");
    assert_eq!(headers, [("Authorization", "Bearer it's $real"), ("cookie", "a=c; d=\"e\"")]);
}
