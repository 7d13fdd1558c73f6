//! Whether a value looks like one that a server made up.

use chrono::{DateTime, NaiveDateTime};
use uuid::Uuid;

use crate::parity::replay::anatomy::{Spot, Way};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parity::replay) enum Shape {
    /// Says nothing without what it is the number of.
    Number,
    Uuid,
    Instant,
    /// A token, a key, a slug with digits: letters and digits that nobody types.
    Opaque,
    /// Whatever stands in a cookie or in an etag: the server chose it.
    Named,
}

impl Shape {
    /// Nothing of what is the same by accident: words, short texts, fractions, dates, truth values.
    pub(in crate::parity::replay) fn of(spot: &Spot, text: &str) -> Option<Self> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
        if matches!(spot.way, Way::Cookie | Way::Etag) {
            return Some(Self::Named);
        }
        if is_number && text.len() < LONG_NUMBER {
            // In a longer text it is no more than a number.
            return spot.kind().map(|_| Self::Number);
        }
        if spot.way == Way::Literal {
            return None;
        }
        if Uuid::try_parse(text).is_ok() {
            return Some(Self::Uuid);
        }
        if is_instant(text) {
            return Some(Self::Instant);
        }
        is_opaque(spot, text).then_some(Self::Opaque)
    }

    /// Where the same text elsewhere is another thing.
    pub(super) fn scope(self, spot: &Spot) -> Option<String> {
        match self {
            // A session's text is the same wherever it is sent, in a header or in a form against forgery.
            Self::Named if spot.way == Way::Etag => Some("etag".to_owned()),
            Self::Number | Self::Uuid | Self::Instant | Self::Opaque | Self::Named => None,
        }
    }
}

/// Numbers of a generator like Snowflake; shorter ones may be instants, amounts, sizes.
const LONG_NUMBER: usize = 15;

fn is_instant(text: &str) -> bool {
    let has_time = text.len() >= 19 && text.contains(':');
    has_time
        && (DateTime::parse_from_rfc3339(text).is_ok()
            || DateTime::parse_from_rfc2822(text).is_ok()
            || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok()
            || NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").is_ok())
}

fn is_opaque(spot: &Spot, text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+/=:|".contains(&byte);
    // What holds a text in base64 may have any letters.
    let least = if spot.way == Way::Word { 12 } else { 8 };
    if text.len() < least && !is_token(spot, text) || !text.bytes().all(legal) || looks_like_a_path(text) {
        return false;
    }
    let count = |test: fn(&u8) -> bool| text.bytes().filter(test).count();
    let (digits, letters) = (count(u8::is_ascii_digit), count(u8::is_ascii_alphabetic));
    let is_mixed = digits >= 2 && letters >= 2 && !is_version(text);
    // 16 letters of both cases without a digit are rare among words, which have a capital only in front.
    let capitals = text.bytes().skip(1).filter(u8::is_ascii_uppercase).count();
    let is_scrambled =
        text.len() >= 16 && digits == 0 && capitals >= 3 && letters > capitals && !text.contains(' ');
    is_mixed || is_scrambled || digits == text.len() || is_token(spot, text)
}

/// What its name says is made up may be short.
fn is_token(spot: &Spot, text: &str) -> bool {
    let name = spot.name.to_ascii_lowercase();
    let says_so =
        ["token", "cursor", "nonce", "csrf", "after", "before"].iter().any(|ending| name.ends_with(ending));
    says_so && spot.way != Way::Word && text.len() >= 4
}

fn looks_like_a_path(text: &str) -> bool {
    text.starts_with('/') || text.contains("//")
}

/// `1.10.2-rc1`, `2026-11-22`, `12:30:05`.
fn is_version(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    text.contains('.') && letters <= 4 && text.len() < 16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(way: Way, name: &str) -> Spot {
        Spot { place: String::new(), name: name.to_owned(), within: "tasks".to_owned(), way }
    }

    #[test]
    fn what_people_write_is_not_taken_for_what_a_server_made() {
        let named = spot(Way::Named, "title");
        for text in [
            "true",
            "null",
            "0",
            "1",
            "42",
            "open",
            "in_progress",
            "Groceries",
            "internationalisation",
            "2026-11-22",
            "1.10.2-rc1",
            "a b",
            "",
            "12.50",
            "ada@example.com",
            "/tasks/list",
            "application/json",
            "3fa",
            "#ff00aa",
        ] {
            assert_eq!(Shape::of(&named, text), None, "{text}");
        }
        for (text, expected) in [
            ("6f1f6a4e-8c0e-4d2a-9d5e-2b8a4f6c1d3e", Shape::Uuid),
            ("6f1f6a4e8c0e4d2a9d5e2b8a4f6c1d3e", Shape::Uuid),
            ("2026-11-22T10:00:00.123Z", Shape::Instant),
            ("2026-11-22T10:00:00", Shape::Instant),
            ("Sun, 22 Nov 2026 10:00:00 GMT", Shape::Instant),
            ("01JD8ZJ8Q4W3", Shape::Opaque),
            ("kQxvRtYbNmZaPlWs", Shape::Opaque),
            ("1234567890123456789", Shape::Opaque),
        ] {
            assert_eq!(Shape::of(&named, text), Some(expected), "{text}");
        }
        assert_eq!(Shape::of(&spot(Way::Named, "task_id"), "1"), Some(Shape::Number));
        assert_eq!(Shape::of(&spot(Way::Slot, ""), "7"), Some(Shape::Number));
        assert_eq!(Shape::of(&spot(Way::Cookie, "s"), "a"), Some(Shape::Named));
    }
}
