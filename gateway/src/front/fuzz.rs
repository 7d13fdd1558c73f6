//! What must hold whatever bytes come: of heads, of how a stream is cut, of targets, and of what crosses one hop only.
//!
//! Each target takes bytes and panics where something holds no longer. Property tests call them with bytes by chance, and
//! so does `./dev fuzz`, which looks for such bytes on purpose (`--cfg fuzzing`).

use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::{
    auth::trust::TrustedHeaders,
    edge::{
        Class, Classes, judge,
        judge::{Body, Passed, Rules, head_length},
        look::{self, limits::HeadLimits},
        refusal,
    },
    legacy::headers::{self as hop, Said},
    routes::target::Target,
};

fn judged(head: &[u8]) -> Result<Passed, Class> {
    let trusted = TrustedHeaders::new(&[]);
    let limits = HeadLimits::default();
    judge::judge(
        head,
        &Rules { limits, reported: Classes::default(), trusted: &trusted, declares: &|_| false },
    )
}

/// What passes is read alike by the parser of hyper and by the crate that reads its target and its headers.
pub fn heads(bytes: &[u8]) {
    let around = [
        (&b""[..], &b""[..]),
        (b"GET /", b" HTTP/1.1\r\nhost: a\r\n\r\n"),
        (b"GET / HTTP/1.1\r\nhost: ", b"\r\n\r\n"),
        (b"GET / HTTP/1.1\r\nhost: a\r\n", b"\r\n\r\n"),
        (b"GET / HTTP/1.1\r\nhost: a\r\ncontent-length: ", b"\r\n\r\n"),
        (b"GET http://", b"/ HTTP/1.1\r\nhost: a\r\n\r\n"),
    ];
    for (before, behind) in around {
        let head = [before, bytes, behind].concat();
        if let Some(length) = head_length(&head, 0)
            && let Ok(passed) = judged(&head[..length])
        {
            reads_alike(&head[..length], passed);
        }
    }
}

fn reads_alike(head: &[u8], passed: Passed) {
    let shown = head.escape_ascii();
    let mut headers = [httparse::EMPTY_HEADER; HeadLimits::MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    assert_eq!(parsed.parse(head), Ok(httparse::Status::Complete(head.len())), "{shown}");
    let target = parsed.path.unwrap_or_default();
    let uri: Uri = target.parse().unwrap_or_else(|error| panic!("{error}: {shown}"));
    let origin_form = uri.path_and_query().map_or("", |target| target.as_str());
    assert!((origin_form == "/" || target.ends_with(origin_form)) && origin_form.starts_with('/'), "{shown}");
    let mut map = HeaderMap::new();
    for header in &*parsed.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = HeaderValue::from_bytes(header.value);
        let (Ok(name), Ok(value)) = (name, value) else { panic!("a header of {shown}") };
        map.append(name, value);
    }
    let chunked = map.contains_key("transfer-encoding");
    let length = map.get("content-length").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let body = if chunked { Body::Chunked } else { Body::Length(length.unwrap_or(0)) };
    assert_eq!(passed.body, body, "{shown}");
    assert!(!(chunked && length.is_some()) && map.get_all("content-length").iter().count() < 2, "{shown}");
}

/// However a stream is cut, the same of it passes.
pub fn streams(bytes: &[u8]) {
    look::cut::anywhere(bytes, HeadLimits::default());
    look::cut::anywhere(bytes, HeadLimits { bytes: 48, headers: 2, target: 12, ..HeadLimits::default() });
}

/// A target that passes is a path, decodes once to text without control characters, and keeps its query as it is.
pub fn targets(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    for raw in [raw.as_ref(), &format!("/{raw}")] {
        let target = Target::read(raw, "");
        let (path, query) = raw.split_once('?').unwrap_or((raw, ""));
        assert_eq!(target.query, query);
        if !path.contains('%') {
            assert_eq!(target.path, path);
        }
        if raw.starts_with('/') && refusal("GET", raw, Classes::default()).is_none() {
            assert!(!target.path.contains(|character: char| character.is_ascii_control()), "{raw:?}");
            assert!(raw.is_ascii() && !raw.contains('#'), "{raw:?}");
            let uri: Uri = raw.parse().unwrap_or_else(|error| panic!("{error}: {raw:?}"));
            assert_eq!(uri.path_and_query().map(|target| target.as_str()), Some(raw));
        }
    }
}

const NAMES: [&str; 16] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "forwarded",
    "host",
    "x-local",
    "x_forwarded_for",
    "accept",
    "cookie",
];

/// Nothing of one hop crosses to the next, and what the client says of itself is replaced.
pub fn hops(bytes: &[u8]) {
    let mut sent = HeaderMap::new();
    for piece in bytes.chunks(6) {
        let name = HeaderName::from_static(NAMES[usize::from(piece[0]) % NAMES.len()]);
        let named = NAMES[usize::from(piece[piece.len() - 1]) % NAMES.len()];
        let value = HeaderValue::from_bytes(piece).unwrap_or(HeaderValue::from_static(named));
        sent.append(name, value);
    }
    let nominated: Vec<HeaderName> = hop::nominated(&sent).collect();
    let mut crossing = sent.clone();
    hop::drop_hop_by_hop(&mut crossing);
    let is_of_hop = |name: &HeaderName| NAMES[..7].contains(&name.as_str()) || nominated.contains(name);
    for name in sent.keys() {
        let (before, after) = (sent.get_all(name), crossing.get_all(name));
        match is_of_hop(name) {
            true => assert!(!crossing.contains_key(name), "{name} of {sent:?}"),
            false => assert!(before.iter().eq(after.iter()), "{name} of {sent:?}"),
        }
    }
    TrustedHeaders::new(&[]).strip(&mut crossing);
    let client = HeaderValue::from_static("192.0.2.7");
    let scheme = HeaderValue::from_static("http");
    let said = Said { client: client.clone(), scheme, host: None, is_believed: false };
    hop::set_forwarded(&mut crossing, &said);
    let all = |name: &str| crossing.get_all(name).iter().cloned().collect::<Vec<_>>();
    assert_eq!(all("x-forwarded-for"), [client]);
    assert_eq!(all("x-forwarded-proto").len(), 1);
    assert_eq!(all("x-forwarded-host"), crossing.get("host").cloned().into_iter().collect::<Vec<_>>());
    assert!(all("forwarded").is_empty() && all("x_forwarded_for").is_empty(), "{crossing:?}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes by chance, and pieces of requests by chance.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop::sample::select(vec![
            "GET / HTTP/1.1\r\n",
            "host: a\r\n",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            " ",
            ":",
            "content-length: 3\r\n",
            "transfer-encoding: chunked\r\n",
            "3\r\nabc\r\n",
            "0\r\n",
            "abc",
            "%0a",
            "%41",
            "#",
            "?",
            "\u{1}",
            "POST /a HTTP/1.1\r\nhost: a\r\n",
        ]);
        let pieces = prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat().into_bytes());
        prop_oneof![prop::collection::vec(any::<u8>(), 0..80), pieces]
    }

    proptest! {
        #[test]
        fn what_passes_is_read_alike(bytes in bytes()) {
            heads(&bytes);
        }

        #[test]
        fn it_does_not_matter_where_a_stream_is_cut(bytes in bytes()) {
            streams(&bytes);
        }

        #[test]
        fn a_target_that_passes_is_what_it_seems(bytes in bytes()) {
            targets(&bytes);
        }

        #[test]
        fn nothing_of_one_hop_crosses_to_the_next(bytes in bytes()) {
            hops(&bytes);
        }
    }
}
