//! One difference between two answers: where, of what kind, and what each side says there.

use std::fmt::{self, Display, Formatter};

use super::path::Path;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    pub place: Place,
    pub kind: Kind,
    /// In full; empty where there is nothing.
    pub legacy: String,
    pub native: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Status,
    /// By its name in lower case.
    Header(String),
    /// The body as a whole, where it is no JSON on both sides.
    Body,
    Json(Path),
    /// Interim answers before the one that counts.
    Interim,
    /// How the body was packed.
    Coding,
    /// What came together and what came later.
    Pieces,
    Trailer(String),
    /// The nth event of a stream, from 0: the whole of it, or a value in its data.
    Event(usize, Option<Path>),
    /// The nth frame of a WebSocket, from 0.
    Frame(usize, Option<Path>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// The legacy has it.
    Missing,
    /// The native answer has it.
    Added,
    Value,
    /// The same number, written otherwise: `1.0` and `1`.
    NumberText,
    /// The same otherwise: capitals of a header, escapes in a text, white space between values.
    Spelling,
    /// The same things in another order.
    Order,
}

/// Enough to see what it is about.
const SHOWN: usize = 160;

impl Display for Difference {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { place, kind, legacy, native } = self;
        write!(formatter, "{place}: {kind}, legacy `{}`, native `{}`", cut(legacy), cut(native))
    }
}

impl Display for Place {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => formatter.write_str("status"),
            Self::Header(name) => write!(formatter, "header {name}"),
            Self::Body => formatter.write_str("body"),
            Self::Json(path) => write!(formatter, "body {path}"),
            Self::Interim => formatter.write_str("interim"),
            Self::Coding => formatter.write_str("coding"),
            Self::Pieces => formatter.write_str("pieces"),
            Self::Trailer(name) => write!(formatter, "trailer {name}"),
            Self::Event(at, None) => write!(formatter, "event {at}"),
            Self::Event(at, Some(path)) => write!(formatter, "event {at} {path}"),
            Self::Frame(at, None) => write!(formatter, "frame {at}"),
            Self::Frame(at, Some(path)) => write!(formatter, "frame {at} {path}"),
        }
    }
}

impl Place {
    /// The same for every item of an array and every event of a stream: as rules and reports name it.
    pub fn general(&self) -> String {
        match self {
            Self::Json(path) => format!("body {}", path.general()),
            Self::Event(_, None) => "event".to_owned(),
            Self::Event(_, Some(path)) => format!("event {}", path.general()),
            Self::Frame(_, None) => "frame".to_owned(),
            Self::Frame(_, Some(path)) => format!("frame {}", path.general()),
            Self::Status
            | Self::Header(_)
            | Self::Body
            | Self::Interim
            | Self::Coding
            | Self::Pieces
            | Self::Trailer(_) => self.to_string(),
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
