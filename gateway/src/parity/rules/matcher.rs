//! What a rule lets a value be: each matcher as narrow as its name.

use std::{fmt, time::Duration};

use regex::Regex;

use crate::parity::{
    difference::{Difference, Kind},
    json::number,
    value::instant::Instant,
};

#[derive(Clone, Debug)]
pub enum Matcher {
    /// Equal, even where the place was learned.
    Equal,
    /// Equal as it is spelled: a difference of spelling breaks.
    Lexeme,
    /// The same kind of JSON value.
    Type,
    /// The live value, as a whole.
    Regex(Regex),
    Number {
        abs: f64,
        rel: f64,
    },
    /// Written in the same way, and no further apart.
    Instant {
        within: Duration,
    },
    Uuid,
    /// Anything of the same kind, as long as equal ones stay equal and different ones different.
    Bound,
    /// The items of an array in any order, told apart by a member or by the whole of them.
    Unordered {
        key: Option<String>,
    },
    Present,
    NullOrAbsent,
    Url {
        ignore_host: bool,
    },
    /// White space at both ends means nothing.
    Trim,
    Ignore,
}

impl Matcher {
    pub(in crate::parity) fn excuses(&self, difference: &Difference) -> bool {
        let Difference { kind, legacy, native, .. } = difference;
        let are_both = !matches!(kind, Kind::Missing | Kind::Added);
        match self {
            Self::Equal | Self::Lexeme | Self::Unordered { .. } => false,
            Self::Ignore => true,
            Self::Present => are_both,
            Self::NullOrAbsent => {
                [legacy, native].iter().all(|text| text.is_empty() || text.as_str() == "null")
            }
            _ if !are_both => false,
            Self::Type | Self::Bound => sort(legacy) == sort(native),
            Self::Regex(regex) => {
                let text = said(native);
                regex.find(&text).is_some_and(|found| found.range() == (0..text.len()))
            }
            Self::Number { abs, rel } => is_near(legacy, native, *abs, *rel),
            Self::Instant { within } => {
                let read = |text: &str| Instant::read(&said(text));
                match (read(legacy), read(native)) {
                    (Some(one), Some(other)) => {
                        one.is_written_like(&other)
                            && one.micros.abs_diff(other.micros) <= within.as_micros() as u64
                    }
                    (_, _) => false,
                }
            }
            Self::Uuid => [legacy, native].iter().all(|text| {
                let text = said(text);
                text.len() == 36 && uuid::Uuid::try_parse(&text).is_ok()
            }),
            Self::Url { ignore_host } => {
                let (one, other) = (said(legacy), said(native));
                let rest = after_host(&one);
                *ignore_host && rest.is_some() && rest == after_host(&other)
            }
            Self::Trim => said(legacy).trim() == said(native).trim() && sort(legacy) == sort(native),
        }
    }
}

/// What kind of value a text of JSON spells: the first letter says it.
pub(in crate::parity) fn sort(text: &str) -> &'static str {
    match text.bytes().next() {
        Some(b'"') => "text",
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'n') if text == "null" => "null",
        Some(b't' | b'f') if text == "true" || text == "false" => "boolean",
        Some(_) if number::is_number(text) => match text.contains(['.', 'e', 'E']) {
            true => "number",
            false => "integer",
        },
        Some(_) => "plain",
        None => "nothing",
    }
}

/// A JSON text without its quotes, anything else as it is.
pub(in crate::parity) fn said(text: &str) -> String {
    match text.starts_with('"') {
        true => serde_json::from_str(text).unwrap_or_else(|_| text.to_owned()),
        false => text.to_owned(),
    }
}

fn is_near(legacy: &str, native: &str, abs: f64, rel: f64) -> bool {
    if !number::is_number(legacy) || !number::is_number(native) {
        return false;
    }
    match (legacy.parse::<f64>(), native.parse::<f64>()) {
        (Ok(one), Ok(other)) => {
            let larger = one.abs().max(other.abs());
            // 1.01 less 1.0 is a little more than 0.01.
            (one - other).abs() <= abs.max(rel * larger) + 2.0 * f64::EPSILON * larger
        }
        (_, _) => false,
    }
}

/// What follows scheme and host; nothing where it is no address.
fn after_host(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    Some(rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]))
}

impl fmt::Display for Matcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal => formatter.write_str("equal"),
            Self::Lexeme => formatter.write_str("lexeme"),
            Self::Type => formatter.write_str("type"),
            Self::Regex(regex) => write!(formatter, "regex `{regex}`"),
            Self::Number { abs, rel } => write!(formatter, "number within {abs} or {rel} of it"),
            Self::Instant { within } => {
                write!(formatter, "instant within {}", humantime::format_duration(*within))
            }
            Self::Uuid => formatter.write_str("uuid"),
            Self::Bound => formatter.write_str("bound"),
            Self::Unordered { key: None } => formatter.write_str("unordered"),
            Self::Unordered { key: Some(key) } => write!(formatter, "unordered by `{key}`"),
            Self::Present => formatter.write_str("present"),
            Self::NullOrAbsent => formatter.write_str("null or absent"),
            Self::Url { .. } => formatter.write_str("url of any host"),
            Self::Trim => formatter.write_str("text, trimmed"),
            Self::Ignore => formatter.write_str("ignore"),
        }
    }
}
