//! What a text may be: how long, of which pattern, in how many bytes.

use std::str::FromStr;

use regex::Regex;

use crate::config::document::section::Section;

/// As `Field(...)` says it of a `str`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextLimits {
    pub strip: bool,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub pattern: Option<Pattern>,
}

/// In the syntax of the `regex` crate, which pydantic-core stands on.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    compiled: Regex,
}

/// A validator of the original's own, with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaxBytes {
    pub most: usize,
    pub message: String,
}

impl TextLimits {
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let strip = section.optional("strip").map_or(Some(false), |item| item.boolean());
        let lengths = 0..=1_000_000;
        let min_length = section.optional("min_length").map(|item| item.integer(lengths.clone()));
        let max_length = section.optional("max_length").map(|item| item.integer(lengths));
        let pattern = section.optional("pattern").map(|item| {
            item.parsed(|_: &regex::Error| "write a regular expression that Rust's `regex` reads".to_owned())
        });
        Some(Self {
            strip: strip?,
            min_length: count(min_length)?,
            max_length: count(max_length)?,
            pattern: pattern.map_or(Some(None), |pattern| pattern.map(Some))?,
        })
    }
}

impl MaxBytes {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let most = section.required("most", "most = 72").and_then(|item| item.integer(1..=1_000_000));
        let message = section.required("message", "message = \"Password must be at most 72 bytes long\"");
        let message = message.and_then(|item| item.text().map(str::to_owned));
        section.close();
        Some(Self { most: usize::try_from(most?).ok()?, message: message? })
    }
}

fn count(number: Option<Option<i64>>) -> Option<Option<usize>> {
    match number {
        None => Some(None),
        Some(number) => usize::try_from(number?).ok().map(Some),
    }
}

impl Pattern {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_in(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}

impl FromStr for Pattern {
    type Err = regex::Error;

    fn from_str(text: &str) -> Result<Self, regex::Error> {
        Ok(Self { text: text.to_owned(), compiled: Regex::new(text)? })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}
