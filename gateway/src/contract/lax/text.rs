//! A `str` with `min_length` and `max_length`, which count code points.

use super::{Lax, Problem};
use crate::contract::python::{self, Value};

#[derive(Default)]
pub struct Text {
    pub at_least: Option<usize>,
    pub at_most: Option<usize>,
}

impl Text {
    pub const ANY: Self = Self { at_least: None, at_most: None };
}

impl Lax for Text {
    /// Without bounds nobody looks into the text, which may then be one that can be neither stored nor sent.
    type Output = python::Text;

    fn read(&self, value: &Value) -> Result<python::Text, Problem> {
        let Value::Text(text) = value else {
            return Err(Problem::new("string_type", "Input should be a valid string"));
        };
        if self.at_least.or(self.at_most).is_none() {
            return Ok(text.clone());
        }
        let Some(length) = text.as_str().map(|text| text.chars().count()) else {
            let message = "Input should be a valid string, unable to parse raw data as a unicode string";
            return Err(Problem::new("string_unicode", message));
        };
        if let Some(least) = self.at_least.filter(|least| length < *least) {
            let message = format!("String should have at least {}", characters(least));
            return Err(Problem::new("string_too_short", message).with("min_length", count(least)));
        }
        if let Some(most) = self.at_most.filter(|most| length > *most) {
            let message = format!("String should have at most {}", characters(most));
            return Err(Problem::new("string_too_long", message).with("max_length", count(most)));
        }
        Ok(text.clone())
    }
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

    #[test]
    fn lengths_count_code_points() {
        let title = Text { at_least: Some(1), at_most: Some(3) };
        for good in ["a", "長長長", "👩‍👧", "\0"] {
            assert_eq!(title.read(&Value::text(good)), Ok(python::Text::from(good)));
        }
        let problem = |value: &Value| {
            let problem = title.read(value).expect_err("no title");
            (problem.kind, problem.message.into_owned(), problem.context)
        };
        assert_eq!(
            problem(&Value::text("")),
            (
                "string_too_short",
                "String should have at least 1 character".to_owned(),
                Some(("min_length", Value::Integer(1)))
            )
        );
        assert_eq!(
            problem(&Value::text("😀😀😀😀")),
            (
                "string_too_long",
                "String should have at most 3 characters".to_owned(),
                Some(("max_length", Value::Integer(3)))
            )
        );
    }

    #[test]
    fn nothing_else_is_a_text() {
        for value in [Value::None, Value::Integer(1), Value::Bool(true), Value::List(Vec::new())] {
            assert_eq!(Text::ANY.read(&value).expect_err("no text").kind, "string_type");
        }
        let broken = Value::bytes(b"\xed\xa0\x80");
        assert_eq!(Text::ANY.read(&broken).map(|text| text.as_str().is_none()), Ok(true));
        let bounded = Text { at_least: None, at_most: Some(9) };
        assert_eq!(bounded.read(&broken).expect_err("no text").kind, "string_unicode");
    }
}
