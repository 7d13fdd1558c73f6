//! `multipart/form-data`, as forgiving as python-multipart: what is cut off is left out.
//!
//! Source: `python_multipart/multipart.py` (`MultipartParser`), `starlette/formparsers.py` (`MultiPartParser`). No parser
//! of Rust's reads broken bodies as that one does.

mod part;

use bytes::Bytes;

use super::{
    NoForm,
    options::{Options, find},
};
use crate::contract::{python::Value, request::RequestRules};
use part::{Limits, Part};

const LONGEST_BOUNDARY: usize = 256;
const MOST_HEADERS: usize = 8;
const LARGEST_HEADER: usize = 4096 + 128;

type Fields = Vec<(String, Value)>;

/// What the parser does next; nothing when the body is at its end, or cut off.
enum Next {
    Part(usize),
    Nothing,
}

struct Parser<'b> {
    body: &'b Bytes,
    /// With the line feed before it.
    boundary: Vec<u8>,
    fields: Fields,
    limits: Limits,
}

pub(super) fn read(body: &Bytes, options: &Options, rules: RequestRules) -> Result<Fields, NoForm> {
    let boundary = find(options, "boundary").ok_or(NoForm::Told("Missing boundary in multipart."))?;
    let boundary: Vec<u8> = boundary.chars().map(|character| character as u8).collect();
    if boundary.len() > LONGEST_BOUNDARY {
        return Err(NoForm::BadBoundary);
    }
    let boundary = [b"\r\n--", boundary.as_slice()].concat();
    let limits = Limits::new(find(options, "charset"), rules);
    let mut parser = Parser { body, boundary, fields: Fields::new(), limits };
    let mut next = parser.begin()?;
    while let Next::Part(at) = next {
        next = parser.part(at)?;
    }
    Ok(parser.fields)
}

impl Parser<'_> {
    /// Up to the headers of the first part.
    fn begin(&self) -> Result<Next, NoForm> {
        let body = self.body.as_ref();
        let skipped = match body.first() {
            Some(b'\r' | b'\n') => body.iter().position(|byte| *byte == b'-'),
            _ => Some(0),
        };
        let Some(rest) = skipped.map(|at| &body[at..]) else { return Ok(Next::Nothing) };
        let opening = &self.boundary[2..];
        let Some(after) = rest.strip_prefix(opening) else {
            return if opening.starts_with(rest) { Ok(Next::Nothing) } else { Err(NoForm::Malformed) };
        };
        match after {
            [] | [b'\r' | b'-'] | [b'-', b'-', ..] => Ok(Next::Nothing),
            [b'\r', b'\n', after @ ..] => Ok(Next::Part(body.len() - after.len())),
            _ => Err(NoForm::Malformed),
        }
    }

    /// One part with the boundary behind it.
    fn part(&mut self, at: usize) -> Result<Next, NoForm> {
        let mut part = Part::default();
        let Some(begin) = self.headers(at, &mut part)? else { return Ok(Next::Nothing) };
        self.limits.open(&mut part)?;
        let (end, next) = self.content(begin)?;
        let content = self.body.slice(begin..end);
        part.check(&content)?;
        // A part whose end is not there was never one.
        if let Some(next) = next {
            self.fields.push(self.limits.close(part, content));
            return Ok(next);
        }
        Ok(Next::Nothing)
    }

    /// Up to the content; nothing where the body ends before.
    fn headers(&self, mut at: usize, part: &mut Part) -> Result<Option<usize>, NoForm> {
        let body = self.body.as_ref();
        loop {
            match &body[at..] {
                [] | [b'\r'] => return Ok(None),
                [b'\r', b'\n', ..] => return Ok(Some(at + 2)),
                [b'\r', ..] => return Err(NoForm::Malformed),
                rest => {
                    let Some(length) = header(rest, part)? else { return Ok(None) };
                    at += length;
                }
            }
        }
    }

    /// The end of a part's content, and what follows it; nothing where the boundary is missing.
    fn content(&self, begin: usize) -> Result<(usize, Option<Next>), NoForm> {
        let body = self.body.as_ref();
        let mut from = begin;
        while let Some(end) = memchr::memmem::find(&body[from..], &self.boundary).map(|at| from + at) {
            let after = end + self.boundary.len();
            let next = match &body[after..] {
                [b'\r', b'\n', ..] => Some(Next::Part(after + 2)),
                [b'-', b'-', ..] => Some(Next::Nothing),
                [b' ' | b'\t', padding @ ..] => match padded(padding)? {
                    Some(rest) => Some(Next::Part(body.len() - rest)),
                    None => return Ok((end, None)),
                },
                [] | [b'\r' | b'-'] => return Ok((end, None)),
                [b'\r' | b'-', ..] => {
                    from = after + 1;
                    continue;
                }
                _ => {
                    from = after;
                    continue;
                }
            };
            return Ok((end, next));
        }
        Ok((body.len(), None))
    }
}

/// Takes one header; its length with the line's end.
fn header(rest: &[u8], part: &mut Part) -> Result<Option<usize>, NoForm> {
    let too_large = |size: usize| if size > LARGEST_HEADER { Err(NoForm::Malformed) } else { Ok(()) };
    if part.headers.len() == MOST_HEADERS {
        return Err(NoForm::Malformed);
    }
    let colon = rest.iter().position(|byte| *byte == b':');
    let name = &rest[..colon.unwrap_or(rest.len())];
    too_large(name.len() + usize::from(colon.is_some()))?;
    if !name.iter().copied().all(is_token) || (name.is_empty() && colon.is_some()) {
        return Err(NoForm::Malformed);
    }
    let Some(colon) = colon else { return Ok(None) };
    let blank = rest[colon + 1..].iter().take_while(|byte| **byte == b' ').count();
    let start = colon + 1 + blank;
    let value = &rest[start..];
    let end = value.iter().position(|byte| *byte == b'\r');
    too_large(start + end.unwrap_or(value.len()))?;
    let Some(end) = end else { return Ok(None) };
    part.headers.push((name.to_ascii_lowercase(), value[..end].to_vec()));
    match &value[end + 1..] {
        [] => Ok(None),
        [b'\n', ..] => Ok(Some(start + end + 2)),
        _ => Err(NoForm::Malformed),
    }
}

/// A token of HTTP.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Over blanks behind a boundary; how much there is behind the line's end.
fn padded(padding: &[u8]) -> Result<Option<usize>, NoForm> {
    let blank = padding.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match &padding[blank..] {
        [] | [b'\r'] => Ok(None),
        [b'\r', b'\n', rest @ ..] => Ok(Some(rest.len())),
        _ => Err(NoForm::Malformed),
    }
}
