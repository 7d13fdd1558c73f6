//! `str` with `min_length` and `max_length`, which count code points.

use std::borrow::Cow;

use super::{Constraints, Field};
use crate::contract::{
    python::{self, Value},
    validation::{Errors, Problem},
};

#[derive(Clone, Copy, Debug)]
pub struct TextRules {
    min_length: Option<usize>,
    max_length: Option<usize>,
}

impl Constraints for TextRules {
    const NONE: Self = Self { min_length: None, max_length: None };
}

impl TextRules {
    #[must_use]
    pub const fn min_length(mut self, least: usize) -> Self {
        self.min_length = Some(least);
        self
    }

    fn is_constrained(self) -> bool {
        self.min_length.or(self.max_length).is_some()
    }

    #[must_use]
    pub const fn max_length(mut self, most: usize) -> Self {
        self.max_length = Some(most);
        self
    }
}

impl Field for String {
    type Rules = TextRules;

    /// A text with a lone surrogate is refused where the original may take it: it could be neither stored nor sent.
    fn read<'a>(given: &'a Value, rules: &TextRules, errors: &mut Errors<'a>) -> Option<Self> {
        match text(given, *rules) {
            Ok(text) => Some(text.to_owned()),
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

fn text(given: &Value, rules: TextRules) -> Result<&str, Problem> {
    let Value::Text(text) = given else {
        return Err(Problem::new("string_type", "Input should be a valid string"));
    };
    let text = python::Text::as_str(text).ok_or_else(not_unicode)?;
    if !rules.is_constrained() {
        return Ok(text);
    }
    let length = text.chars().count();
    if let Some(least) = rules.min_length.filter(|least| length < *least) {
        let message = format!("String should have at least {}", characters(least));
        return Err(Problem::new("string_too_short", message).with("min_length", count(least)));
    }
    if let Some(most) = rules.max_length.filter(|most| length > *most) {
        let message = format!("String should have at most {}", characters(most));
        return Err(Problem::new("string_too_long", message).with("max_length", count(most)));
    }
    Ok(text)
}

/// Of a surrogate that stands alone.
pub(super) fn not_unicode() -> Problem {
    let message = "Input should be a valid string, unable to parse raw data as a unicode string";
    Problem::new("string_unicode", message)
}

fn characters(number: usize) -> String {
    format!("{number} character{}", if number == 1 { "" } else { "s" })
}

fn count(number: usize) -> Value {
    Value::digits(&number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLE: TextRules = TextRules::NONE.min_length(1).max_length(3);

    #[test]
    fn lengths_count_code_points() {
        for good in ["a", "長長長", "👩‍👧", "\0"] {
            assert_eq!(text(&Value::text(good), TITLE), Ok(good));
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
