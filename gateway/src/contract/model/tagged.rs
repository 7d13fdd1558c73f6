//! A union with a discriminator: one member of an object says which model it is.
//!
//! Source: pydantic-core `src/validators/union.rs` (`TaggedUnionValidator`).

use std::borrow::Cow;

use super::no_object;
use crate::contract::{
    python::{Value, repr},
    validation::{Errors, Problem},
};

/// Which of the tags a value has.
pub fn tagged<'a>(
    given: &'a Value,
    discriminator: &'static str,
    tags: &[&'static str],
    errors: &mut Errors<'a>,
) -> Option<usize> {
    let found = match given {
        Value::Dict(members) => match members.get(discriminator.as_bytes()) {
            Some(tag) => choose(tag, discriminator, tags),
            None => Err(absent(discriminator)),
        },
        _ => Err(no_object()),
    };
    found.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
}

fn choose(tag: &Value, discriminator: &str, tags: &[&'static str]) -> Result<usize, Problem> {
    let text = match tag {
        Value::Text(text) => text.as_str(),
        _ => None,
    };
    let found = tags.iter().position(|tag| Some(*tag) == text);
    found.ok_or_else(|| unknown(&shown(tag), discriminator, tags))
}

fn absent(discriminator: &str) -> Problem {
    let message = format!("Unable to extract tag using discriminator '{discriminator}'");
    Problem::new("union_tag_not_found", message)
        .with("discriminator", Value::text(&format!("'{discriminator}'")))
}

fn unknown(tag: &str, discriminator: &str, tags: &[&'static str]) -> Problem {
    let expected: Vec<_> = tags.iter().map(|tag| format!("'{tag}'")).collect();
    let expected = expected.join(", ");
    let message = format!(
        "Input tag '{tag}' found using '{discriminator}' does not match any of the expected tags: {expected}"
    );
    Problem::new("union_tag_invalid", message)
        .with("discriminator", Value::text(&format!("'{discriminator}'")))
        .with("tag", Value::text(tag))
        .with("expected_tags", Value::text(&expected))
}

/// Python's `str` of it.
fn shown(tag: &Value) -> String {
    match tag {
        Value::Text(text) => text.as_str().unwrap_or_default().to_owned(),
        other => repr(other),
    }
}
