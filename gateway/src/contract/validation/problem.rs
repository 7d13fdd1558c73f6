//! Why a value is none of its type: pydantic's `type`, `msg` and `ctx`.

use std::borrow::Cow;

use crate::contract::python::Value;

#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub(in crate::contract) kind: &'static str,
    pub(in crate::contract) message: Cow<'static, str>,
    /// In pydantic's order.
    pub(in crate::contract) context: Vec<(&'static str, Value)>,
}

impl Problem {
    pub fn new(kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), context: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.context.push((name, value));
        self
    }
}
