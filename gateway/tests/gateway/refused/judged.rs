//! What the gateway judges a stream of bytes to say: the requests that it lets pass, up to the one that it refuses.

use gateway::{
    auth::trust::TrustedHeaders,
    edge::{
        Class, Classes,
        judge::{Body, Rules, judge},
        look::limits::HeadLimits,
    },
};
use serde_json::{Value, json};

/// Requests as the application behind both parsers is to say it saw them, then how the connection ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) requests: Vec<Value>,
    pub(super) end: End,
    /// What is refused asked for a head alone.
    pub(super) refuses_head: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The last request asks for it.
    Closed,
    Refused(Class),
    /// In the middle of a message.
    Missing,
}

/// A request for a WebSocket, which the application turns down.
pub(super) fn websocket() -> Value {
    json!("websocket")
}

pub(super) fn judged(mut stream: &[u8]) -> Judged {
    let trusted = TrustedHeaders::new(&[]);
    let rules = Rules {
        limits: HeadLimits::default(),
        reported: Classes::default(),
        trusted: &trusted,
        declares: &|_| false,
    };
    let mut requests = Vec::new();
    loop {
        while let Some(rest) = stream.strip_prefix(b"\r\n") {
            stream = rest;
        }
        let Some(length) = head_length(stream) else { return Judged::new(requests, End::Missing) };
        let (head, rest) = stream.split_at(length);
        let passed = match judge(head, &rules) {
            Ok(passed) => passed,
            Err(class) => {
                return Judged::refused(requests, class, head);
            }
        };
        let (body, rest) = match passed.body {
            Body::Length(length) => {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                let Some((body, rest)) = rest.split_at_checked(length) else {
                    return Judged::new(requests, End::Missing);
                };
                (body.to_vec(), rest)
            }
            Body::Chunked => match chunked(rest) {
                Ok(Some(body)) => body,
                Ok(None) => return Judged::new(requests, End::Missing),
                Err(Malformed) => return Judged::refused(requests, Class::ChunkMalformed, head),
            },
        };
        let (request, closes) = request(head, body);
        requests.push(if passed.websocket { websocket() } else { request });
        if closes {
            return Judged::new(requests, End::Closed);
        }
        stream = rest;
    }
}

impl Judged {
    fn new(requests: Vec<Value>, end: End) -> Self {
        Self { requests, end, refuses_head: false }
    }

    fn refused(requests: Vec<Value>, class: Class, head: &[u8]) -> Self {
        Self { requests, end: End::Refused(class), refuses_head: head.starts_with(b"HEAD ") }
    }
}

/// Written apart from the one in the gateway: the first empty line behind something else, whatever ends a line.
fn head_length(stream: &[u8]) -> Option<usize> {
    let mut line = Vec::new();
    let mut has_begun = false;
    for (at, byte) in stream.iter().enumerate() {
        match byte {
            b'\n' if has_begun && (line.is_empty() || line == b"\r") => return Some(at + 1),
            b'\n' => {
                has_begun |= !(line.is_empty() || line.iter().all(|byte| *byte == b'\r'));
                line.clear();
            }
            _ => line.push(*byte),
        }
    }
    None
}

/// As hyper reads what passed, by its own parser.
fn request(head: &[u8], body: Vec<u8>) -> (Value, bool) {
    let mut headers = [httparse::EMPTY_HEADER; 100];
    let mut parsed = httparse::Request::new(&mut headers);
    assert!(parsed.parse(head).unwrap().is_complete());
    let uri: http::Uri = parsed.path.unwrap().parse().unwrap();
    let target = uri.path_and_query().unwrap();
    let says = |name: &str, word: &str| {
        let mut named = parsed.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        named.any(|header| {
            String::from_utf8_lossy(header.value)
                .split(',')
                .any(|token| token.trim().eq_ignore_ascii_case(word))
        })
    };
    let closes =
        says("connection", "close") || parsed.version == Some(0) && !says("connection", "keep-alive");
    let body: String = body.into_iter().map(char::from).collect();
    let request = json!({
        "method": parsed.method.unwrap(),
        "path": target.path(),
        "query": target.query().unwrap_or(""),
        "body": body,
    });
    (request, closes)
}

struct Malformed;

/// A body with what is behind it.
type Chunked<'s> = (Vec<u8>, &'s [u8]);

/// Nothing where its end is missing.
fn chunked(mut stream: &[u8]) -> Result<Option<Chunked<'_>>, Malformed> {
    let mut body = Vec::new();
    loop {
        let Some(line_end) = stream.windows(2).position(|pair| pair == b"\r\n") else {
            return partial(stream);
        };
        let (line, rest) = (&stream[..line_end], &stream[line_end + 2..]);
        let text = std::str::from_utf8(line).map_err(|_| Malformed)?;
        let (size, extension) = text.split_once(';').unwrap_or((text, ""));
        let is_size = (1..=16).contains(&size.len()) && size.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_size || extension.contains(|character: char| character.is_ascii_control()) {
            return Err(Malformed);
        }
        let size = usize::from_str_radix(size, 16).map_err(|_| Malformed)?;
        if size == 0 {
            return trailers(rest).map(|end| end.map(|end| (body, &rest[end..])));
        }
        let Some((data, behind)) = rest.split_at_checked(size) else { return Ok(None) };
        body.extend_from_slice(data);
        match behind {
            [b'\r', b'\n', next @ ..] => stream = next,
            [] | [b'\r'] => return Ok(None),
            _ => return Err(Malformed),
        }
    }
}

/// A size line that does not end: hyper and we see what is wrong with it before its end is there.
fn partial(stream: &[u8]) -> Result<Option<Chunked<'_>>, Malformed> {
    let size = stream.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    match (size, stream.get(size)) {
        (_, None) if size <= 16 => Ok(None),
        (1..=16, Some(b'\r')) if stream.len() == size + 1 => Ok(None),
        (1..=16, Some(b';')) => Ok(None),
        _ => Err(Malformed),
    }
}

fn trailers(stream: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut at = 0;
    loop {
        let Some(end) = stream[at..].windows(2).position(|pair| pair == b"\r\n") else { return Ok(None) };
        let line = &stream[at..at + end];
        at += end + 2;
        if line.is_empty() {
            return Ok(Some(at));
        }
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Malformed)?;
        let is_token = |byte: &u8| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}".contains(byte);
        let is_value = |byte: &u8| *byte == b'\t' || !byte.is_ascii_control();
        if colon == 0 || !line[..colon].iter().all(is_token) || !line[colon..].iter().all(is_value) {
            return Err(Malformed);
        }
    }
}
