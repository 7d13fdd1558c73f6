//! `bytes`: those of a text, or of a file that was uploaded.

use std::borrow::Cow;

use bytes::Bytes;

use super::{
    Constraints, Field,
    text::{count, counted, not_unicode},
};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

#[derive(Clone, Copy, Debug)]
pub struct BytesRules {
    min_length: Option<usize>,
    max_length: Option<usize>,
}

impl Constraints for BytesRules {
    const NONE: Self = Self { min_length: None, max_length: None };
}

impl BytesRules {
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
}

impl Field for Bytes {
    type Rules = BytesRules;

    fn read<'a>(given: &'a Value, rules: &BytesRules, errors: &mut Errors<'a>) -> Option<Self> {
        of(given, *rules).map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn of(given: &Value, rules: BytesRules) -> Result<Bytes, Problem> {
    let bytes = match given {
        Value::Text(text) => Bytes::copy_from_slice(text.as_str().ok_or_else(not_unicode)?.as_bytes()),
        Value::File(file) => file.content().clone(),
        _ => return Err(Problem::new("bytes_type", "Input should be a valid bytes")),
    };
    if let Some(least) = rules.min_length.filter(|least| bytes.len() < *least) {
        let message = format!("Data should have at least {}", counted(least, "byte"));
        return Err(Problem::new("bytes_too_short", message).with("min_length", count(least)));
    }
    if let Some(most) = rules.max_length.filter(|most| bytes.len() > *most) {
        let message = format!("Data should have at most {}", counted(most, "byte"));
        return Err(Problem::new("bytes_too_long", message).with("max_length", count(most)));
    }
    Ok(bytes)
}
