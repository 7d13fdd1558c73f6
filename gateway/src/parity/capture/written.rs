//! Makes an exchange of what was kept of a request.

use bytes::Bytes;
use http::{
    HeaderMap, Version,
    header::{CONTENT_LENGTH, SEC_WEBSOCKET_EXTENSIONS},
};

use super::{
    kept::{Copied, Head, Taken},
    socket,
};
use crate::parity::exchange::{
    Answered, Broken, CLIENT_LEFT, Exchange, Headers, Outcome, Request,
    content::{Body, Content, Omitted, Piece},
};

/// Nothing if its head is none that could be asked again.
pub(super) fn exchange(taken: Taken, session: String) -> Option<Exchange> {
    let Taken {
        id, after, began, took, head, asked, answer, told, trailers, frames, frames_cut, end, ..
    } = taken;
    let mut request = request(head)?;
    request.body = if end.is_unread { unread(asked.length) } else { body(&asked, false) };
    let first_byte = answer.as_ref().map(|answer| answer.at);
    let answered = answer.map(|answer| {
        // Pieces of a body whose length was said before are how the network cut it.
        let in_pieces = !answer.headers.contains_key(CONTENT_LENGTH);
        let extensions = answer.headers.get(SEC_WEBSOCKET_EXTENSIONS);
        let extensions = extensions.map(|value| text(value.as_bytes())).unwrap_or_default();
        Answered {
            status: answer.status.as_u16(),
            headers: headers(&answer.headers),
            body: body(&told, in_pieces),
            trailers: trailers.as_ref().map(headers).unwrap_or_default(),
            interim: Vec::new(),
            frames: socket::frames(&frames, frames_cut, &extensions),
        }
    });
    let outcome = match (end.broken, answered) {
        (None, Some(answered)) => Outcome::Answered(answered),
        (reason, begun) => Outcome::Broken(Broken {
            reason: reason.unwrap_or(CLIENT_LEFT).to_owned(),
            begun: begun.map(Box::new),
        }),
    };
    Some(Exchange {
        id,
        session,
        after,
        began,
        first_byte,
        took,
        route: end.route,
        owner: end.owner.to_owned(),
        request,
        outcome,
        redacted: Vec::new(),
    })
}

fn request(head: Head) -> Option<Request> {
    match head {
        Head::Nothing => None,
        Head::Raw(bytes) => parsed(&bytes),
        Head::Parsed(head) => Some(Request {
            method: head.method.as_str().to_owned(),
            target: head.target,
            version: if head.version == Version::HTTP_2 { "2" } else { "1.1" }.to_owned(),
            headers: headers(&head.headers),
            body: Body::default(),
        }),
    }
}

/// A head that the door has let pass.
fn parsed(head: &[u8]) -> Option<Request> {
    let lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    // Empty lines before a request are nothing (RFC 9112 section 2.2).
    let mut lines = lines.skip_while(|line| line.is_empty());
    let mut words = lines.next()?.split(|byte| *byte == b' ').map(text);
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let fields = lines.take_while(|line| !line.is_empty()).map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        Some((text(&line[..colon]), text(line[colon + 1..].trim_ascii())))
    });
    let headers = fields.collect::<Option<Headers>>()?;
    let version = version.strip_prefix("HTTP/")?.to_owned();
    Some(Request { method, target, version, headers, body: Body::default() })
}

fn headers(headers: &HeaderMap) -> Headers {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect()
}

/// ISO 8859-1: each byte is the character of its number.
fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn unread(length: u64) -> Body {
    Body { content: Content::Omitted(Omitted::Unread), length, ..Body::default() }
}

fn body(copied: &Copied, in_pieces: bool) -> Body {
    if copied.is_too_large {
        return Body {
            content: Content::Omitted(Omitted::TooLarge),
            length: copied.length,
            ..Body::default()
        };
    }
    let mut end = 0;
    let ends = copied.pieces.iter().map(|(piece, at)| {
        end += piece.len() as u64;
        Piece { end, at: *at }
    });
    let pieces = if in_pieces { ends.collect() } else { Vec::new() };
    let whole: Bytes = match &copied.pieces[..] {
        [(piece, _)] => piece.clone(),
        pieces => pieces.iter().flat_map(|(piece, _)| piece.iter().copied()).collect(),
    };
    Body { pieces, ..Body::of_bytes(whole) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_came() {
        let head = b"\r\nGET /a%20b?x=1&x=2 HTTP/1.1\r\nHOST: api\r\nX-Two: 1\r\nx-tWo:caf\xe9 \r\n\r\n";
        let request = parsed(head).unwrap();
        let expected = [("HOST", "api"), ("X-Two", "1"), ("x-tWo", "caf\u{e9}")];
        let expected: Headers = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!((&*request.method, &*request.target, &*request.version), ("GET", "/a%20b?x=1&x=2", "1.1"));
        assert_eq!(request.headers, expected);
        assert!(parsed(b"GET /\r\n\r\n").is_none() && parsed(b"").is_none());
    }

    #[test]
    fn a_body_has_its_pieces_only_where_they_say_something() {
        let mut copied = Copied::default();
        copied.add(&Bytes::from_static(b"one"), 10, 100);
        copied.add(&Bytes::from_static(b"two"), 20, 100);
        let body = body(&copied, true);
        assert_eq!(body.bytes(), Some(&b"onetwo"[..]));
        assert_eq!(body.pieces, [Piece { end: 3, at: 10 }, Piece { end: 6, at: 20 }]);
    }
}
