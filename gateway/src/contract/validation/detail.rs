//! What was found wrong with a request, free of the request: ready to be told in any shape.

use std::{borrow::Cow, sync::Arc};

use super::{Problem, Step};
use crate::contract::python::{Text, Value, dumps, string};

/// All that is told of one request.
#[derive(Clone, Debug)]
pub struct Detail(Arc<[Told]>);

/// One mistake. Its input is JSON already: there may be much of it, and every shape shows it alike.
#[derive(Debug)]
pub(in crate::contract) struct Told {
    pub(in crate::contract) place: Vec<At>,
    pub(in crate::contract) problem: Problem,
    pub(in crate::contract) input: String,
    /// The text that is no JSON, of which Pydantic 1 tells everything.
    pub(in crate::contract) document: Option<Document>,
}

#[derive(Debug)]
pub(in crate::contract) struct Document {
    pub(in crate::contract) text: String,
    /// In code points.
    pub(in crate::contract) position: usize,
}

/// One element of `loc`.
#[derive(Debug)]
pub(in crate::contract) enum At {
    Name(Cow<'static, str>),
    Key(Text),
    Index(usize),
}

impl Detail {
    pub(in crate::contract) fn new(told: Vec<Told>) -> Self {
        Self(told.into())
    }

    pub(in crate::contract) fn told(&self) -> &[Told] {
        &self.0
    }
}

impl At {
    pub(super) fn of(step: Step<'_>) -> Self {
        match step {
            Step::Name(name) => Self::Name(Cow::Borrowed(name)),
            Step::Header(name) => Self::Name(Cow::Owned(name.replace('_', "-"))),
            Step::Key(key) => Self::Key(key.clone()),
            Step::Index(index) => Self::Index(index),
        }
    }

    /// As `str` has it.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Name(name) => Cow::Borrowed(name),
            Self::Key(key) => Cow::Borrowed(key.as_str().unwrap_or_default()),
            Self::Index(index) => Cow::Owned(index.to_string()),
        }
    }
}

/// `loc`.
pub(super) fn place(steps: &[At]) -> String {
    let mut out = String::from("[");
    for (index, step) in steps.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        match step {
            At::Name(name) => string(name, &mut out),
            At::Key(key) => dumps(&Value::Text(key.clone()), &mut out),
            At::Index(index) => out.push_str(&index.to_string()),
        }
    }
    out.push(']');
    out
}

/// `ctx`.
pub(super) fn context(members: &[(&'static str, Value)]) -> String {
    let dict = members.iter().map(|(name, value)| (Text::from(*name), value.clone())).collect();
    let mut out = String::new();
    dumps(&Value::dict(dict), &mut out);
    out
}
