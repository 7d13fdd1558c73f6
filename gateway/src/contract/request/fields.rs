//! The members of a body or the parameters of a query, asked for by name as the legacy's model declares them.

use std::borrow::Cow;

use crate::contract::{
    Errors,
    lax::Lax,
    python::{Dict, Value},
    validation::Place,
};

/// Asked in the order of declaration, because errors are told in that order. A value that is not there although it is
/// wanted, or not of its type, is nothing here and an entry among the errors.
pub struct Fields<'a, 'e> {
    section: &'static str,
    values: &'a Dict,
    /// What a missing member is missing from.
    whole: Option<&'a Value>,
    errors: &'e mut Errors<'a>,
}

impl<'a, 'e> Fields<'a, 'e> {
    pub(super) fn new(section: &'static str, values: &'a Dict, errors: &'e mut Errors<'a>) -> Self {
        Self { section, values, whole: None, errors }
    }

    pub(super) fn within(mut self, whole: &'a Value) -> Self {
        self.whole = Some(whole);
        self
    }

    /// A member without a default.
    pub fn required<T: Lax>(&mut self, name: &'static str, declared: &T) -> Option<T::Output> {
        let given = self.optional(name, declared)?;
        if given.is_none() {
            let input = self.whole.map_or(Cow::Owned(Value::None), Cow::Borrowed);
            self.errors.missing(self.section, Place::Name(name), input);
        }
        given
    }

    /// A member with a default.
    pub fn or<T: Lax>(&mut self, name: &'static str, declared: &T, default: T::Output) -> Option<T::Output> {
        Some(self.optional(name, declared)?.unwrap_or(default))
    }

    /// A member of which it matters whether it was given: `Some(None)` when it was not.
    pub fn optional<T: Lax>(&mut self, name: &'static str, declared: &T) -> Option<Option<T::Output>> {
        let Some(value) = self.values.get(name.as_bytes()) else { return Some(None) };
        match declared.read(value) {
            Ok(output) => Some(Some(output)),
            Err(problem) => {
                self.errors.push(self.section, Place::Name(name), problem, Cow::Borrowed(value));
                None
            }
        }
    }
}
