//! Streams of a few requests from a grammar: mostly good ones, with a flaw where two readers are known to part.

use fastrand::Rng;

pub(super) fn stream(random: &mut Rng) -> Vec<u8> {
    let mut stream = Vec::new();
    for _ in 0..random.usize(1..4) {
        stream.extend(request(random));
        if random.u8(..8) == 0 {
            stream.extend(pick(random, &["\r\n", "\n", "\r", " ", "x"]).bytes());
        }
    }
    // And once in a while one byte is another.
    if random.u8(..6) == 0 {
        let (at, byte) = (
            random.usize(..stream.len()),
            pick(random, &["\0", "\t", "\n", "\r", " ", ":", ",", "#", "\u{7f}", "0"]),
        );
        stream[at] = byte.as_bytes()[0];
    }
    stream
}

fn request(random: &mut Rng) -> Vec<u8> {
    let end = flawed(random, "\r\n", &["\n", "\r\r\n", "\r"]);
    let good = pick(random, &["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]);
    let method = flawed(random, good, &["get", "FOO", "QUERY", "CONNECT"]);
    let target = target(random);
    let version = flawed(random, "HTTP/1.1", &["HTTP/1.0", "HTTP/1.2", "HTTP/0.9", "http/1.1"]);
    let space = flawed(random, " ", &["  ", "\t"]);
    let mut lines = vec![format!("{method}{space}{target} {version}")];
    let host = flawed(
        random,
        "host: a",
        &["Host:a", "", "host: a\r\nhost: a", "host : a", "host: a:1", "host: a b", "host:"],
    );
    let mut headers: Vec<String> =
        Some(host.to_owned()).filter(|host| !host.is_empty()).into_iter().collect();
    let (framing, body) = framing(random);
    headers.extend(framing);
    for _ in 0..random.usize(..3) {
        headers.push(header(random));
    }
    random.shuffle(&mut headers);
    lines.append(&mut headers);
    let mut bytes: Vec<u8> =
        lines.iter().flat_map(|line| [line.as_str(), end].concat().into_bytes()).collect();
    bytes.extend(flawed(random, "\r\n", &["\n", end]).bytes());
    bytes.extend(body);
    bytes
}

fn target(random: &mut Rng) -> String {
    let mut target =
        flawed(random, "/", &["*", "http://a/", "http://b/", "HTTP://a/", "//a/", "a", "?", "http://a"])
            .to_owned();
    for _ in 0..random.usize(..5) {
        target.push_str(pick(
            random,
            &["a", "/", "%2F", "%41", "%c3%a9", ";", "..", "~", "?q=1", "&", "{x}", "+"],
        ));
        target.push_str(flawed(
            random,
            "",
            &["#", "%0a", "%7F", "%", "\u{1}", "\"", "<", "\u{ff}", "%00", "\\", "`", "|"],
        ));
    }
    target
}

/// The header lines and the body that they announce, or another one.
fn framing(random: &mut Rng) -> (Vec<String>, Vec<u8>) {
    let length = random.usize(..12);
    let text: String = (0..length).map(|_| pick(random, &["h", "\r", "\n", "0", " ", "G"])).collect();
    match random.u8(..4) {
        0 => (Vec::new(), Vec::new()),
        1 | 2 => {
            let value =
                flawed(random, "", &["+", "0", "-", "0x", "1,", " "]).to_owned() + &length.to_string();
            let mut lines = vec![format!(
                "{}: {value}",
                flawed(random, "content-length", &["Content-Length ", "content_length"])
            )];
            let more = flawed(
                random,
                "",
                &["content-length: 3", "transfer-encoding: chunked", "transfer-encoding: identity"],
            );
            lines.extend(Some(more.to_owned()).filter(|more| !more.is_empty()));
            (lines, text.into_bytes())
        }
        _ => {
            let good = pick(random, &["chunked", "Chunked"]);
            let value = flawed(random, good, &["gzip, chunked", "chunked, chunked", "xchunked", "identity"]);
            let mut body = String::new();
            let end = flawed(random, "\r\n", &["\n", "\r", ""]);
            if !text.is_empty() {
                let before = flawed(random, "", &["0", "+", " ", "0x"]);
                let behind = flawed(random, "", &[";a=b", " ", ";", ";\"", "g"]);
                body += &format!("{before}{length:x}{behind}\r\n{text}{end}");
            }
            body +=
                &format!("0\r\n{}\r\n", flawed(random, "", &["t: r\r\n", "t : r\r\n", " t: r\r\n", "t\r\n"]));
            (vec![format!("transfer-encoding: {value}")], body.into_bytes())
        }
    }
}

fn header(random: &mut Rng) -> String {
    let good = pick(
        random,
        &[
            "x-a: b",
            "x-a:",
            "cookie: a=b",
            "connection: keep-alive",
            "te: trailers",
            "upgrade: h2c",
            "accept: */*",
            "connection: upgrade\r\nupgrade: h2c",
            "expect: 100-continue",
            "x-a: b\tc",
        ],
    );
    let flaws = [
        "x-a : b",
        "x-a: b\r\n c",
        "x a: b",
        "x-a",
        "connection: x-a",
        "connection: close, cookie",
        "x-a: \u{1}",
        "connection: upgrade\r\nupgrade: foo",
        "connection: upgrade\r\nupgrade: websocket, foo",
        "connection: upgrade\r\nupgrade: websocket",
    ];
    flawed(random, good, &flaws).to_owned()
}

fn pick<'t>(random: &mut Rng, several: &[&'t str]) -> &'t str {
    several[random.usize(..several.len())]
}

/// So seldom that most of a stream is good.
fn flawed<'t>(random: &mut Rng, good: &'t str, flaws: &[&'t str]) -> &'t str {
    if random.u8(..16) == 0 { pick(random, flaws) } else { good }
}
