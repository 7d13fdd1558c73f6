//! What is said about a text that is not TOML: which letters are wrong and how they should look.

use std::ops::Range;

use crate::config::mistakes::excerpt;

/// One place where the grammar is broken.
pub(super) struct SyntaxError {
    pub(super) span: Range<usize>,
    message: String,
}

/// The parser often complains again on the same line; only the first complaint is the cause.
pub(super) fn without_echoes(errors: Vec<toml::de::Error>, text: &str) -> Vec<SyntaxError> {
    let mut found: Vec<SyntaxError> = errors
        .into_iter()
        .map(|error| SyntaxError {
            span: error.span().unwrap_or(text.len()..text.len()),
            message: error.message().to_owned(),
        })
        .collect();
    found.sort_by_key(|error| error.span.start);
    found.dedup_by_key(|error| line_around(text, error.span.start).start);
    found
}

/// The part of the text that cannot be judged: the broken line, and after a broken header its whole section.
pub(super) fn shadow(text: &str, error: &SyntaxError) -> Range<usize> {
    let line = line_around(text, error.span.start);
    if !text[line.clone()].trim_start().starts_with('[') || error.message == "duplicate key" {
        return line.start..line.end + 1;
    }
    let next_header = text[line.end..].find("\n[").map_or(text.len(), |index| line.end + index);
    line.start..next_header + 1
}

pub(super) fn explain(text: &str, error: &SyntaxError) -> (String, String) {
    let line = line_around(text, error.span.start);
    let before = text.get(line.start..error.span.start).unwrap_or_default();
    let word = text.get(error.span.clone()).unwrap_or_default().trim();
    let (what, remedy) = if error.message == "duplicate key" {
        return (format!("`{word}` is written twice"), "keep one of the two".to_owned());
    } else if word.contains(['“', '”', '‘', '’']) {
        ("these are typographic quotes", "write plain quotes, as in `\"legacy\"`")
    } else if error.message.starts_with("key with no value") {
        return explain_key(text[line].trim_start());
    } else if before.contains('=') && looks_like_text(word) && excerpt::holds_secret(&text[line]) {
        ("text stands without quotes", "write it in quotes")
    } else if before.contains('=') && looks_like_text(word) {
        return ("text stands without quotes".to_owned(), format!("write `\"{word}\"`"));
    } else if before.trim_end().ends_with('=') && (word.is_empty() || word.starts_with(',')) {
        ("the value is missing", "write it after the `=`, or remove the key")
    } else if let Some(known) = explain_message(&error.message) {
        known
    } else {
        return (format!("this is not TOML: {}", error.message), "correct or remove the line".to_owned());
    };
    (what.to_owned(), remedy.to_owned())
}

fn explain_message(message: &str) -> Option<(&'static str, &'static str)> {
    let known = [
        ("invalid basic string", "the text does not end", "end it with `\"`"),
        ("invalid literal string", "the text does not end", "end it with `'`"),
        (
            "invalid multi-line",
            "the text of several lines does not end",
            "end it with the three quotes it began with",
        ),
        ("unclosed array", "a list does not end", "end it with `]`"),
        ("unclosed table", "the name of a section does not end", "end it with `]`"),
        ("unclosed inline table", "a table does not end", "end it with `}`"),
        ("missing comma", "a comma is missing", "write `,` here"),
        ("extra comma", "there is a comma too many", "remove it"),
        ("unexpected key or value", "something follows the value", "remove it, or begin a new line"),
        ("missing escaped value", "this is no escape", "write `\\\\` for one backslash"),
    ];
    let (_, what, remedy) = known.into_iter().find(|(start, _, _)| message.starts_with(start))?;
    Some((what, remedy))
}

fn explain_key(line: &str) -> (String, String) {
    let key = line.split(['=', '"', '\'']).next().unwrap_or_default().trim();
    if key.contains('/') {
        ("a route stands without quotes".to_owned(), format!("write `\"{key}\" = ...`"))
    } else {
        ("a key stands without a value".to_owned(), "write it as `key = value`".to_owned())
    }
}

fn looks_like_text(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '/')
        && !word.contains(['"', '\'', '\n', '=', ','])
}

fn line_around(text: &str, index: usize) -> Range<usize> {
    let index = text.floor_char_boundary(index);
    let start = text[..index].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[index..].find('\n').map_or(text.len(), |newline| index + newline);
    start..end
}
