//! An `Enum` or a `Literal` of texts or integers, as `#[derive(Model)]` makes one of a Rust enum.
//!
//! Source: pydantic-core `src/validators/enum_.rs`, `src/validators/literal.rs`.

use std::borrow::Cow;

use super::{integer::whole, text::not_unicode};
use crate::contract::{
    python::{Value, quoted},
    validation::{Errors, Problem},
};

/// An `Enum` of texts. The values stand in the order of the original's members.
pub fn read<'a, T: Copy>(
    choices: &[(&'static str, T)],
    given: &'a Value,
    errors: &mut Errors<'a>,
) -> Option<T> {
    told(text(choices, given, "enum"), given, errors)
}

/// An `IntEnum`, which takes whatever an `int` takes.
pub fn read_number<'a, T: Copy>(
    choices: &[(i64, T)],
    given: &'a Value,
    errors: &mut Errors<'a>,
) -> Option<T> {
    let number = match whole(given).ok().map(|whole| whole.as_i64().ok_or(whole)) {
        Some(Err(huge)) => {
            errors.push(too_large(), Cow::Owned(Value::Huge(huge.to_string())));
            return None;
        }
        Some(Ok(number)) => Some(number),
        None => None,
    };
    let found = choices.iter().find(|(value, _)| Some(*value) == number).map(|(_, choice)| *choice);
    told(found.ok_or_else(|| refusal("enum", &numbers(choices))), given, errors)
}

/// A `Literal` of texts.
pub fn read_literal<'a, T: Copy>(
    choices: &[(&'static str, T)],
    given: &'a Value,
    errors: &mut Errors<'a>,
) -> Option<T> {
    told(text(choices, given, "literal_error"), given, errors)
}

/// A `Literal` of integers, which takes what equals them in Python, texts not among it.
pub fn read_literal_number<'a, T: Copy>(
    choices: &[(i64, T)],
    given: &'a Value,
    errors: &mut Errors<'a>,
) -> Option<T> {
    if matches!(given, Value::Huge(_)) {
        errors.push(too_large(), Cow::Borrowed(given));
        return None;
    }
    let equal = |number: i64| match given {
        Value::Integer(given) => *given == number,
        Value::Bool(given) => i64::from(*given) == number,
        Value::Float(given) => *given == number as f64,
        Value::None | Value::Huge(_) | Value::Text(_) | Value::List(_) | Value::Dict(_) | Value::File(_) => {
            false
        }
    };
    let found = choices.iter().find(|(value, _)| equal(*value)).map(|(_, choice)| *choice);
    told(found.ok_or_else(|| refusal("literal_error", &numbers(choices))), given, errors)
}

/// Members are looked up by 64 bits.
fn too_large() -> Problem {
    Problem::new("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
}

fn told<'a, T>(found: Result<T, Problem>, given: &'a Value, errors: &mut Errors<'a>) -> Option<T> {
    found.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
}

fn text<T: Copy>(choices: &[(&'static str, T)], given: &Value, kind: &'static str) -> Result<T, Problem> {
    let text = match given {
        Value::Text(text) => Some(text.as_str().ok_or_else(not_unicode)?),
        _ => None,
    };
    let found = choices.iter().find(|(name, _)| Some(*name) == text).map(|(_, choice)| *choice);
    found.ok_or_else(|| refusal(kind, &choices.iter().map(|(name, _)| quoted(name)).collect::<Vec<_>>()))
}

fn numbers<T>(choices: &[(i64, T)]) -> Vec<String> {
    choices.iter().map(|(number, _)| number.to_string()).collect()
}

fn refusal(kind: &'static str, names: &[String]) -> Problem {
    let expected = alternatives(names);
    let context = Value::text(&expected);
    Problem::new(kind, format!("Input should be {expected}")).with("expected", context)
}

/// `'a', 'b' or 'c'`
pub(super) fn alternatives(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
