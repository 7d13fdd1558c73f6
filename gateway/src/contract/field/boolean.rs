//! A `bool`: one, zero, and the words that people have for them.
//!
//! Source: pydantic-core `src/input/input_python.rs` (`validate_bool`), `src/input/shared.rs` (`str_as_bool`).

use std::borrow::Cow;

use super::{Field, Unconstrained, text::not_unicode};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

const YES: [&str; 6] = ["1", "t", "y", "on", "yes", "true"];
const NO: [&str; 6] = ["0", "f", "n", "no", "off", "false"];

impl Field for bool {
    type Rules = Unconstrained;

    fn read<'a>(given: &'a Value, _: &Unconstrained, errors: &mut Errors<'a>) -> Option<Self> {
        truth(given).map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn truth(value: &Value) -> Result<bool, Problem> {
    let found = match value {
        Value::Bool(yes) => Some(*yes),
        Value::Integer(number) => of_number(*number),
        // Zero and one that are written with a point, and other integers that are.
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 9_223_372_036_854_775_808.0 => {
            of_number(*number as i64)
        }
        Value::Text(text) => of_text(text.as_str().ok_or_else(not_unicode)?),
        Value::None | Value::Huge(_) | Value::Float(_) | Value::List(_) | Value::Dict(_) | Value::File(_) => {
            return Err(Problem::new("bool_type", "Input should be a valid boolean"));
        }
    };
    found.ok_or_else(|| {
        Problem::new("bool_parsing", "Input should be a valid boolean, unable to interpret input")
    })
}

fn of_number(number: i64) -> Option<bool> {
    match number {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn of_text(text: &str) -> Option<bool> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(&YES) { Some(true) } else { is_one_of(&NO).then_some(false) }
}
