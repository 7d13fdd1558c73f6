//! A body with places in it: what a legacy's own handler of validation errors sends.

use super::{Entry, Told};
use crate::contract::{python::string, validation::detail::At};

/// JSON text in which `{name}` stands for a value, written as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// All mistakes, one by one.
    Errors,
    /// The texts of all.
    Messages,
    /// Of a body: the first mistake.
    First,
    Type,
    Loc,
    /// `loc` without its section, joined by dots.
    Field,
    /// `loc` joined by dots.
    Path,
    Message,
    Input,
    /// `null` where there is none.
    Context,
}

const BODY: [(&str, Place); 3] =
    [("errors", Place::Errors), ("messages", Place::Messages), ("first", Place::First)];

const EACH: [(&str, Place); 7] = [
    ("type", Place::Type),
    ("loc", Place::Loc),
    ("field", Place::Field),
    ("path", Place::Path),
    ("msg", Place::Message),
    ("input", Place::Input),
    ("ctx", Place::Context),
];

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    #[error("`{{{word}}}` stands for nothing here: known are {known}")]
    Unknown { word: String, known: String },
    #[error("it is not JSON once it is filled: {0}; every place brings its own quotes")]
    NotJson(String),
}

impl Template {
    /// Of a whole body; the places of a single mistake are those of the first one.
    pub fn of_body(text: &str) -> Result<Self, BadTemplate> {
        parse(text, &[&BODY[..], &EACH].concat())
    }

    /// Of one mistake.
    pub fn of_each(text: &str) -> Result<Self, BadTemplate> {
        parse(text, &EACH)
    }

    /// FastAPI's own.
    pub(super) fn detail() -> Self {
        let text = |text: &str| Piece::Text(text.to_owned());
        Self(vec![text("{\"detail\":"), Piece::Place(Place::Errors), text("}")])
    }

    pub(super) fn whole(&self, entries: &[(&Told, Entry)], each: Option<&Self>) -> String {
        let shown = |(told, entry): &(&Told, Entry)| match each {
            Some(template) => template.one(told, entry),
            None => entry.whole.clone(),
        };
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Place(Place::Errors) => list(entries.iter().map(shown), &mut out),
                Piece::Place(Place::Messages) => {
                    list(entries.iter().map(|(_, entry)| quoted(&entry.message)), &mut out);
                }
                Piece::Place(Place::First) => {
                    out.push_str(&entries.first().map_or_else(|| "null".into(), shown));
                }
                Piece::Place(place) => {
                    let first = entries.first().map(|(told, entry)| place.of(told, entry));
                    out.push_str(first.as_deref().unwrap_or("null"));
                }
            }
        }
        out
    }

    /// Filled with some value of the kind that stands at each place.
    fn sample(&self) -> String {
        let parts = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Place(Place::Type | Place::Field | Place::Path | Place::Message) => "\"\"",
            Piece::Place(Place::Errors | Place::Messages | Place::Loc) => "[]",
            Piece::Place(Place::First | Place::Input | Place::Context) => "null",
        });
        parts.collect()
    }

    fn one(&self, told: &Told, entry: &Entry) -> String {
        let parts = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Place(place) => place.of(told, entry),
        });
        parts.collect()
    }
}

impl Place {
    /// What it is of one mistake.
    fn of(self, told: &Told, entry: &Entry) -> String {
        match self {
            Self::Type => entry.kind.clone(),
            Self::Loc => entry.place.clone(),
            Self::Field => joined(told.place.get(1..).unwrap_or_default()),
            Self::Path => joined(&told.place),
            Self::Message => quoted(&entry.message),
            Self::Input => entry.input.clone(),
            Self::Context => entry.context.clone().unwrap_or_else(|| "null".into()),
            Self::Errors | Self::Messages | Self::First => entry.whole.clone(),
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    string(text, &mut out);
    out
}

fn joined(place: &[At]) -> String {
    let steps: Vec<_> = place.iter().map(At::text).collect();
    quoted(&steps.join("."))
}

fn list(items: impl Iterator<Item = String>, out: &mut String) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&item);
    }
    out.push(']');
}

/// Braces around anything but a lower-case word are JSON's own.
fn parse(text: &str, known: &[(&'static str, Place)]) -> Result<Template, BadTemplate> {
    let (mut pieces, mut literal, mut from) = (Vec::new(), 0, 0);
    while let Some(open) = text[from..].find('{').map(|at| from + at) {
        from = open + 1;
        let length = text[from..].bytes().take_while(u8::is_ascii_lowercase).count();
        let word = &text[from..from + length];
        if length == 0 || !text[from + length..].starts_with('}') {
            continue;
        }
        let Some((_, place)) = known.iter().find(|(name, _)| *name == word) else {
            let known: Vec<_> = known.iter().map(|(name, _)| format!("`{{{name}}}`")).collect();
            return Err(BadTemplate::Unknown { word: word.to_owned(), known: known.join(", ") });
        };
        pieces.extend([Piece::Text(text[literal..open].to_owned()), Piece::Place(*place)]);
        from += length + 1;
        literal = from;
    }
    pieces.push(Piece::Text(text[literal..].to_owned()));
    let template = Template(pieces);
    let sample = serde_json::from_str::<serde_json::Value>(&template.sample());
    sample.map_err(|error| BadTemplate::NotJson(error.to_string()))?;
    Ok(template)
}
