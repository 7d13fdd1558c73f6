//! The heads of a plain exchange: a request as hyper writes it, and of answers those that leave no question.

use std::mem::MaybeUninit;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING},
};
use httparse::{ParserConfig, Status};
use hyper::ext::ReasonPhrase;

/// As many as hyper takes.
const HEADERS_MOST: usize = 100;

/// Of a header beside its name and value: about what most have.
const USUAL: usize = 48;

pub(super) enum Read {
    /// With the length of its body, and what came behind it.
    Whole(Response<u64>, Bytes),
    Partial(Bytes),
    /// Not for us to judge.
    Unusual(Bytes),
}

pub(super) fn write<B>(request: &Request<B>, text: &mut Vec<u8>) {
    text.reserve(64 + request.headers().len() * USUAL);
    text.extend_from_slice(request.method().as_str().as_bytes());
    text.push(b' ');
    match request.uri().path_and_query().map(|target| target.as_str()) {
        Some(target) if target.starts_with('/') && request.uri().scheme().is_none() => {
            text.extend_from_slice(target.as_bytes());
        }
        Some(_) | None => text.extend_from_slice(request.uri().to_string().as_bytes()),
    }
    text.extend_from_slice(b" HTTP/1.1\r\n");
    for (name, value) in request.headers() {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"\r\n");
}

pub(super) fn read(heard: Bytes, asked: &Method) -> Read {
    let mut room = [const { MaybeUninit::uninit() }; HEADERS_MOST];
    let mut head = httparse::Response::new(&mut []);
    let parsed = ParserConfig::default().parse_response_with_uninit_headers(&mut head, &heard, &mut room);
    match parsed {
        Ok(Status::Complete(length)) => match understand(&heard, &head, asked) {
            Some(answer) => Read::Whole(answer, heard.slice(length..)),
            None => Read::Unusual(heard),
        },
        Ok(Status::Partial) => Read::Partial(heard),
        Err(_) => Read::Unusual(heard),
    }
}

/// An answer that is final, ends where it says, and leaves the connection open.
fn understand(heard: &Bytes, head: &httparse::Response<'_, '_>, asked: &Method) -> Option<Response<u64>> {
    let status = StatusCode::from_u16(head.code?).ok()?;
    if head.version != Some(1) || status.is_informational() {
        return None;
    }
    let mut headers = HeaderMap::with_capacity(head.headers.len());
    let mut length = None;
    for header in head.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        let value = HeaderValue::from_maybe_shared(heard.slice_ref(header.value)).ok()?;
        if name == CONTENT_LENGTH {
            if length.replace(number(header.value)?).is_some() {
                return None;
            }
        } else if name == TRANSFER_ENCODING
            || name == CONNECTION && !header.value.eq_ignore_ascii_case(b"keep-alive")
        {
            return None;
        }
        headers.append(name, value);
    }
    let is_silent =
        *asked == Method::HEAD || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let mut answer = Response::new(if is_silent { 0 } else { length? });
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    let reason = head.reason?;
    if Some(reason) != status.canonical_reason() {
        answer.extensions_mut().insert(ReasonPhrase::try_from(reason.as_bytes()).ok()?);
    }
    Some(answer)
}

/// Digits, and not so many that they could be too many.
fn number(text: &[u8]) -> Option<u64> {
    let is_plain = (1..=18).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    is_plain.then(|| text.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}
