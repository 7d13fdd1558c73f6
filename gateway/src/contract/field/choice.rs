//! An `Enum` of texts, as `#[derive(Model)]` makes one of a Rust enum.

use std::borrow::Cow;

use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

/// The values in the order of the original's members.
pub fn read<'a, T: Copy>(
    choices: &[(&'static str, T)],
    given: &'a Value,
    errors: &mut Errors<'a>,
) -> Option<T> {
    let text = match given {
        Value::Text(text) => text.as_str(),
        _ => None,
    };
    let found = choices.iter().find(|(name, _)| Some(*name) == text);
    if found.is_none() {
        errors.push(refusal(choices), Cow::Borrowed(given));
    }
    found.map(|(_, choice)| *choice)
}

fn refusal<T>(choices: &[(&'static str, T)]) -> Problem {
    let names: Vec<_> = choices.iter().map(|(name, _)| format!("'{name}'")).collect();
    let expected = match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    };
    let context = Value::text(&expected);
    Problem::new("enum", format!("Input should be {expected}")).with("expected", context)
}
