//! What a rule is about: a route and a place in its answers, both written out.

use std::fmt;
use std::str::FromStr;

use crate::parity::{
    difference::Place,
    path::{Pattern, Step},
};

/// `GET /items/{id}` as `gateway routes list` prints it; an end may be cut with `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation(String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    Status,
    /// By its name in lower case.
    Header(String),
    Trailer(String),
    Body,
    Json(Pattern),
    Pieces,
    /// Events of a stream: the whole of their data, or a value in it.
    Event(Option<Pattern>),
    Frame(Option<Pattern>),
}

#[derive(Debug, thiserror::Error)]
pub enum BadAt {
    #[error("`{0}` is no place of an answer")]
    Unknown(String),
    #[error("{0}")]
    Pattern(#[from] crate::parity::path::BadPattern),
}

impl Operation {
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn is_about(&self, route: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(beginning) => route.starts_with(beginning),
            None => route == self.0,
        }
    }
}

impl At {
    /// Whether a place is an item of the array that is meant, or in one.
    pub(in crate::parity) fn is_above(&self, place: &Place) -> bool {
        let (Self::Json(pattern), Place::Json(path)) = (self, place) else { return false };
        let mut above = path.clone();
        while let Some(step) = above.last().cloned() {
            above.pop();
            if matches!(step, Step::Item(_)) && pattern.matches(&above) {
                return true;
            }
        }
        false
    }

    pub(in crate::parity) fn matches(&self, place: &Place) -> bool {
        let inside =
            |pattern: &Option<Pattern>, path: &Option<crate::parity::path::Path>| match (pattern, path) {
                (None, None) => true,
                (Some(pattern), Some(path)) => pattern.matches(path),
                (None, Some(_)) | (Some(_), None) => false,
            };
        match (self, place) {
            (Self::Status, Place::Status) | (Self::Body, Place::Body) | (Self::Pieces, Place::Pieces) => true,
            (Self::Header(wanted), Place::Header(name)) | (Self::Trailer(wanted), Place::Trailer(name)) => {
                wanted == name
            }
            (Self::Json(pattern), Place::Json(path)) => pattern.matches(path),
            (Self::Event(pattern), Place::Event(_, path)) | (Self::Frame(pattern), Place::Frame(_, path)) => {
                inside(pattern, path)
            }
            (_, _) => false,
        }
    }
}

impl FromStr for At {
    type Err = BadAt;

    fn from_str(text: &str) -> Result<Self, BadAt> {
        let at = match text.split_once(' ') {
            None => match text {
                "status" => Self::Status,
                "body" => Self::Body,
                "pieces" => Self::Pieces,
                "event" => Self::Event(None),
                "frame" => Self::Frame(None),
                _ => return Err(BadAt::Unknown(text.to_owned())),
            },
            Some(("header", name)) => Self::Header(name.to_ascii_lowercase()),
            Some(("trailer", name)) => Self::Trailer(name.to_ascii_lowercase()),
            Some(("body", path)) => Self::Json(path.parse()?),
            Some(("event", path)) => Self::Event(Some(path.parse()?)),
            Some(("frame", path)) => Self::Frame(Some(path.parse()?)),
            Some(_) => return Err(BadAt::Unknown(text.to_owned())),
        };
        Ok(at)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => formatter.write_str("status"),
            Self::Body => formatter.write_str("body"),
            Self::Pieces => formatter.write_str("pieces"),
            Self::Header(name) => write!(formatter, "header {name}"),
            Self::Trailer(name) => write!(formatter, "trailer {name}"),
            Self::Json(pattern) => write!(formatter, "body {pattern}"),
            Self::Event(None) => formatter.write_str("event"),
            Self::Event(Some(pattern)) => write!(formatter, "event {pattern}"),
            Self::Frame(None) => formatter.write_str("frame"),
            Self::Frame(Some(pattern)) => write!(formatter, "frame {pattern}"),
        }
    }
}
