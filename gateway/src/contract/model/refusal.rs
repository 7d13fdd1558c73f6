//! What a validator of a model's own says of a value that it does not take.

use crate::contract::{
    python::{Dict, Value},
    validation::Problem,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Refusal(Problem);

impl Refusal {
    /// `raise ValueError(reason)`. Of the exception itself FastAPI shows an empty object.
    pub fn value_error(reason: &str) -> Self {
        Self(Problem::new("value_error", format!("Value error, {reason}")).with("error", nothing()))
    }

    /// `assert ..., reason`
    pub fn assertion(reason: &str) -> Self {
        Self(Problem::new("assertion_error", format!("Assertion failed, {reason}")).with("error", nothing()))
    }

    /// `raise PydanticCustomError(kind, message, context)`, the message with its values in place.
    pub fn custom(kind: &'static str, message: &str) -> Self {
        Self(Problem::new(kind, message.to_owned()))
    }

    #[must_use]
    pub fn with(self, name: &'static str, value: Value) -> Self {
        Self(self.0.with(name, value))
    }

    pub(super) fn into_problem(self) -> Problem {
        self.0
    }
}

fn nothing() -> Value {
    Value::dict(Dict::new())
}
