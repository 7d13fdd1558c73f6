//! What pydantic takes for a value of a type in its lax mode, and what it says of the rest.
//!
//! A route's parameters and members are declared with these types as the legacy declares them with its own.

mod choice;
mod float;
mod instant;
mod integer;
mod nullable;
mod text;

use std::borrow::Cow;

use super::python::Value;

pub use choice::Choice;
pub use float::Float;
pub use instant::{Instant, Moment};
pub use integer::{Between, Integer, Whole};
pub use nullable::Nullable;
pub use text::Text;

/// A declared type.
pub trait Lax {
    type Output;

    fn read(&self, value: &Value) -> Result<Self::Output, Problem>;
}

/// Why a value is none of its type: pydantic's `type`, `msg` and `ctx`.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub(super) kind: &'static str,
    pub(super) message: Cow<'static, str>,
    pub(super) context: Option<(&'static str, Value)>,
}

impl Problem {
    pub(super) fn new(kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), context: None }
    }

    pub(super) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.context = Some((name, value));
        self
    }
}
