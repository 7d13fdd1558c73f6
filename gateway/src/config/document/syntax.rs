//! What is said about a text that is not TOML: which letters are wrong and how they should look.

use std::ops::Range;

/// One place where the grammar is broken.
pub(super) struct SyntaxError {
    pub(super) span: Range<usize>,
    message: String,
}

/// The parser often complains again at the same place or at the end of the same line; only the first is the cause.
pub(super) fn without_echoes(errors: Vec<toml::de::Error>, length: usize) -> Vec<SyntaxError> {
    let mut kept: Vec<SyntaxError> = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(length..length);
        let echo = |earlier: &SyntaxError| earlier.span.start <= span.end && span.start <= earlier.span.end;
        if !kept.iter().any(echo) {
            kept.push(SyntaxError { span, message: error.message().to_owned() });
        }
    }
    kept
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
    let line = &text[line_around(text, error.span.start)];
    let written = text.get(error.span.clone()).unwrap_or_default();
    let word = written.trim();
    if error.message == "duplicate key" {
        return (format!("`{word}` is written twice"), "keep one of the two".to_owned());
    }
    if word.contains(['“', '”', '‘', '’']) {
        return (
            "these are typographic quotes".to_owned(),
            "write plain quotes, as in `\"legacy\"`".to_owned(),
        );
    }
    if error.message.starts_with("key with no value") {
        return explain_key(line);
    }
    let is_value = line.contains('=') && !line.trim_start().starts_with('[');
    if is_value && looks_like_text(word) {
        return ("text stands without quotes".to_owned(), format!("write `\"{word}\"`"));
    }
    if is_value && word.is_empty() && line.trim_end().ends_with('=') {
        return ("the value is missing".to_owned(), "write it after the `=`, or remove the line".to_owned());
    }
    (
        format!("this is not TOML: {}", error.message),
        "correct the line, or look at the sample in the repository".to_owned(),
    )
}

fn explain_key(line: &str) -> (String, String) {
    let key = line.split('=').next().unwrap_or_default().trim();
    if key.contains('/') {
        ("a route stands without quotes".to_owned(), format!("write `\"{}\" = ...`", key.trim_matches('"')))
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
