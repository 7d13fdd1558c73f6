//! A body or a frame, read as what it says it is.

mod form;
pub(super) mod json;
mod multipart;
mod stream;

use bytes::Bytes;

use super::{Redactor, policy::Mode, text::How};
use crate::parity::{
    coding,
    exchange::{
        Headers,
        content::{Body, Content, Omitted},
    },
};

/// A body and whose it is: `request` or `answer`.
pub(super) struct Side {
    pub(super) name: &'static str,
}

impl Redactor {
    pub(super) fn body(&mut self, body: &mut Body, headers: &Headers, side: &Side) {
        let at = format!("{} body", side.name);
        if let Some(coding) = named(headers, "content-encoding")
            && body.coding.is_none()
            && !coding.eq_ignore_ascii_case("identity")
            && let Some(bytes) = body.bytes().filter(|bytes| !bytes.is_empty())
        {
            let Some(plain) = coding::unpacked(&coding, bytes) else {
                if !self.policy.keeps_body() {
                    body.content = Content::Omitted(Omitted::Unreadable);
                    self.note(at, "unreadable");
                }
                return;
            };
            body.content = Body::of_bytes(plain.into()).content;
            body.coding = Some(coding);
        }
        let media = named(headers, "content-type").unwrap_or_default();
        let length = body.bytes().map(<[u8]>::len);
        self.content(&mut body.content, &media, &at);
        // Where its pieces ended says nothing of other bytes than those that came.
        if body.bytes().map(<[u8]>::len) != length && body.coding.is_none() {
            let shorter = body.bytes().map_or(0, <[u8]>::len) as u64;
            let length = length.unwrap_or_default().max(1) as u64;
            if shorter == 0 {
                return;
            }
            body.pieces.iter_mut().for_each(|piece| piece.end = piece.end * shorter / length);
        }
    }

    pub(super) fn content(&mut self, content: &mut Content, media: &str, at: &str) {
        let mode = self.policy.mode;
        match content {
            Content::Nothing | Content::Blob(_) | Content::Omitted(_) => {}
            Content::Text(text) => {
                if let Some(other) = self.readable(text, media, at) {
                    *content = Content::Text(other);
                }
            }
            Content::Bytes(bytes) => {
                let whole = if essence(media).starts_with("multipart/") {
                    multipart::boundary(media).and_then(|boundary| self.multipart(bytes, &boundary, at))
                } else {
                    None
                };
                if let Some(bytes) = whole {
                    *content = Body::of_bytes(Bytes::from(bytes)).content;
                } else if !self.policy.keeps_body() && (mode == Mode::Strict || self.hides_something(bytes)) {
                    *content = Content::Omitted(Omitted::Unreadable);
                    self.note(at.to_owned(), "unreadable");
                }
            }
        }
    }

    /// Of bytes that are no text: whether something in them looks like a secret.
    fn hides_something(&mut self, bytes: &[u8]) -> bool {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        self.text(&text, How::of(Mode::Secrets)).is_some()
    }

    fn readable(&mut self, text: &str, media: &str, at: &str) -> Option<String> {
        let how = How::of(self.policy.mode);
        match essence(media).as_str() {
            "application/x-www-form-urlencoded" => return self.form(text, at),
            "text/event-stream" => return self.events(text, at),
            "application/x-ndjson" | "application/jsonl" | "application/json-lines" => {
                return self.lines(text, at);
            }
            kind if kind.starts_with("multipart/") => {
                let whole = multipart::boundary(media)
                    .and_then(|boundary| self.multipart(text.as_bytes(), &boundary, at))
                    .and_then(|bytes| String::from_utf8(bytes).ok());
                if whole.is_some() {
                    return whole;
                }
            }
            _ => {}
        }
        if let Some(document) = self.json(text, how, true) {
            self.note_all(&document.places, at);
            return (!document.places.is_empty()).then_some(document.text);
        }
        if self.policy.keeps_body() {
            return None;
        }
        let is_lines =
            text.lines().count() > 1 && text.lines().all(|line| line.is_empty() || line.starts_with('{'));
        if is_lines {
            return self.lines(text, at);
        }
        let replaced = self.text(text, How { is_told: true, ..how })?;
        self.note(at.to_owned(), &replaced.class);
        Some(replaced.text)
    }
}

/// `text/html` of `text/html; charset=utf-8`.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn named(headers: &Headers, name: &str) -> Option<String> {
    let values: Vec<_> = headers
        .iter()
        .filter(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}
