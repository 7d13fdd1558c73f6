//! `str`: lengths count code points, and a pattern is looked for anywhere in the text.

use std::{borrow::Cow, collections::HashMap};

use parking_lot::RwLock;
use regex::Regex;

use super::{Constraints, Field};
use crate::contract::{
    python::{self, Value},
    validation::{Errors, Problem},
};

#[derive(Clone, Copy, Debug)]
pub struct TextRules {
    strip_whitespace: bool,
    min_length: Option<usize>,
    max_length: Option<usize>,
    pattern: Option<&'static str>,
    to_lower: bool,
    to_upper: bool,
}

impl Constraints for TextRules {
    const NONE: Self = Self {
        strip_whitespace: false,
        min_length: None,
        max_length: None,
        pattern: None,
        to_lower: false,
        to_upper: false,
    };
}

impl TextRules {
    #[must_use]
    pub const fn strip_whitespace(mut self, wanted: bool) -> Self {
        self.strip_whitespace = wanted;
        self
    }

    #[must_use]
    pub const fn min_length(mut self, least: usize) -> Self {
        self.min_length = Some(least);
        self
    }

    #[must_use]
    pub const fn max_length(mut self, most: usize) -> Self {
        self.max_length = Some(most);
        self
    }

    /// In the syntax of the `regex` crate, which pydantic-core stands on.
    #[must_use]
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// What is asked of the text is asked before its case is changed.
    #[must_use]
    pub const fn to_lower(mut self, wanted: bool) -> Self {
        self.to_lower = wanted;
        self
    }

    #[must_use]
    pub const fn to_upper(mut self, wanted: bool) -> Self {
        self.to_upper = wanted;
        self
    }

    fn is_constrained(self) -> bool {
        let changes = self.strip_whitespace || self.to_lower || self.to_upper;
        changes || self.min_length.or(self.max_length).is_some() || self.pattern.is_some()
    }
}

impl Field for String {
    type Rules = TextRules;

    /// A text with a lone surrogate is refused where the original may take it: it could be neither stored nor sent.
    fn read<'a>(given: &'a Value, rules: &TextRules, errors: &mut Errors<'a>) -> Option<Self> {
        match text(given, *rules) {
            Ok(text) => Some(text.into_owned()),
            // Without constraints nobody looks into the text.
            Err(problem) if problem.kind == "string_unicode" && !rules.is_constrained() => {
                errors.push_ours(problem, Cow::Borrowed(given));
                None
            }
            Err(problem) => {
                errors.push(problem, Cow::Borrowed(given));
                None
            }
        }
    }
}

pub(super) fn text(given: &Value, rules: TextRules) -> Result<Cow<'_, str>, Problem> {
    let Value::Text(text) = given else {
        return Err(Problem::new("string_type", "Input should be a valid string"));
    };
    let text = python::Text::as_str(text).ok_or_else(not_unicode)?;
    let text = if rules.strip_whitespace { text.trim() } else { text };
    if rules.min_length.or(rules.max_length).is_some() {
        judge_length(text.chars().count(), rules)?;
    }
    if let Some(pattern) = rules.pattern.filter(|pattern| !matches(pattern, text)) {
        let message = format!("String should match pattern '{pattern}'");
        return Err(Problem::new("string_pattern_mismatch", message).with("pattern", Value::text(pattern)));
    }
    if rules.to_lower {
        return Ok(Cow::Owned(text.to_lowercase()));
    }
    Ok(if rules.to_upper { Cow::Owned(text.to_uppercase()) } else { Cow::Borrowed(text) })
}

fn judge_length(length: usize, rules: TextRules) -> Result<(), Problem> {
    if let Some(least) = rules.min_length.filter(|least| length < *least) {
        let message = format!("String should have at least {}", counted(least, "character"));
        return Err(Problem::new("string_too_short", message).with("min_length", count(least)));
    }
    if let Some(most) = rules.max_length.filter(|most| length > *most) {
        let message = format!("String should have at most {}", counted(most, "character"));
        return Err(Problem::new("string_too_long", message).with("max_length", count(most)));
    }
    Ok(())
}

/// Patterns stand in the source, so that there are few; each is compiled once.
fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: RwLock<Option<HashMap<&'static str, Option<Regex>>>> = RwLock::new(None);
    let known = COMPILED.read().as_ref().and_then(|patterns| patterns.get(pattern).cloned());
    let compiled = known.unwrap_or_else(|| {
        let compiled = Regex::new(pattern);
        if let Err(error) = &compiled {
            tracing::error!(pattern, %error, "a pattern of a request model cannot be read: nothing matches it");
        }
        let mut patterns = COMPILED.write();
        patterns.get_or_insert_default().entry(pattern).or_insert(compiled.ok()).clone()
    });
    compiled.is_some_and(|compiled| compiled.is_match(text))
}

/// Of a surrogate that stands alone.
pub(super) fn not_unicode() -> Problem {
    let message = "Input should be a valid string, unable to parse raw data as a unicode string";
    Problem::new("string_unicode", message)
}

/// `1 character`, `2 characters`
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

pub(super) fn count(number: usize) -> Value {
    Value::digits(&number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLE: TextRules = TextRules::NONE.min_length(1).max_length(3);

    #[test]
    fn lengths_count_code_points() {
        for good in ["a", "長長長", "👩‍👧", "\0"] {
            assert_eq!(text(&Value::text(good), TITLE).as_deref(), Ok(good));
        }
        let table = [
            (
                "",
                "string_too_short",
                "String should have at least 1 character",
                ("min_length", Value::Integer(1)),
            ),
            (
                "😀😀😀😀",
                "string_too_long",
                "String should have at most 3 characters",
                ("max_length", Value::Integer(3)),
            ),
        ];
        for (given, kind, message, context) in table {
            let expected = Problem::new(kind, message).with(context.0, context.1);
            assert_eq!(text(&Value::text(given), TITLE), Err(expected));
        }
    }

    #[test]
    fn nothing_else_is_a_text() {
        for value in [Value::None, Value::Integer(1), Value::Bool(true), Value::List(Vec::new())] {
            assert_eq!(text(&value, TextRules::NONE).expect_err("no text").kind, "string_type");
        }
        let broken = Value::bytes(b"\xed\xa0\x80");
        assert_eq!(text(&broken, TextRules::NONE).expect_err("no text").kind, "string_unicode");
    }
}
