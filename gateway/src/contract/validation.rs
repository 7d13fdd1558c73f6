//! Everything that is wrong with a request: found while it is read, told at once, in FastAPI's order and words.
//!
//! Source: `fastapi/exception_handlers.py` (`request_validation_exception_handler`), pydantic v2's error dictionaries.

mod problem;

use std::borrow::Cow;

use bytes::Bytes;

use super::{
    Failure,
    python::{Text, Value, dumps, string},
};

pub use problem::Problem;

/// What was found wrong. The inputs stay where they were read: each may be a whole body.
#[derive(Debug, Default)]
pub struct Errors<'a> {
    /// Where reading is at the moment.
    at: Vec<Step<'a>>,
    found: Vec<Invalid<'a>>,
    /// What only we refuse: the original takes it, and raises over it later.
    ours: Vec<Invalid<'a>>,
}

/// One entry of `detail`.
#[derive(Debug)]
struct Invalid<'a> {
    place: Vec<Step<'a>>,
    problem: Problem,
    input: Cow<'a, Value>,
}

/// One element of `loc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A section, a member as it was declared, or a word of pydantic's such as `[key]`.
    Name(&'static str),
    /// A member as it was given.
    Key(&'a Text),
    Index(usize),
}

/// The rendered body of a 422.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail(Bytes);

impl Detail {
    pub(super) fn body(&self) -> Bytes {
        self.0.clone()
    }
}

impl<'a> Errors<'a> {
    /// What is found wrong meanwhile is wrong one step further down.
    pub fn within<T>(&mut self, step: Step<'a>, read: impl FnOnce(&mut Self) -> T) -> T {
        self.at.push(step);
        let value = read(self);
        self.at.pop();
        value
    }

    pub fn push(&mut self, problem: Problem, input: Cow<'a, Value>) {
        self.found.push(Invalid { place: self.at.clone(), problem, input });
    }

    /// Refuses what the original takes and cannot do anything with, which is its 500. It is told only where there is
    /// nothing that the original tells.
    pub fn push_ours(&mut self, problem: Problem, input: Cow<'a, Value>) {
        self.ours.push(Invalid { place: self.at.clone(), problem, input });
    }

    /// Takes over what was found wrong with a value that is part of no value of the request, as a key is.
    pub fn adopt(&mut self, other: Errors<'_>) {
        for invalid in other.found {
            self.push(invalid.problem, Cow::Owned(invalid.input.into_owned()));
        }
        for invalid in other.ours {
            self.push_ours(invalid.problem, Cow::Owned(invalid.input.into_owned()));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.ours.is_empty()
    }

    /// The value that was read, which is there unless something was wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Failure> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            _ => Err(self.failure()),
        }
    }

    pub fn failure(&self) -> Failure {
        Failure::Unprocessable(self.detail())
    }

    fn detail(&self) -> Detail {
        let mut body = String::from("{\"detail\":[");
        let told = if self.found.is_empty() { &self.ours } else { &self.found };
        for (index, invalid) in told.iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            invalid.write(&mut body);
        }
        body.push_str("]}");
        Detail(body.into())
    }
}

impl Invalid<'_> {
    /// Members in pydantic's order.
    fn write(&self, out: &mut String) {
        out.push_str("{\"type\":");
        string(self.problem.kind, out);
        out.push_str(",\"loc\":[");
        for (index, step) in self.place.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            match step {
                Step::Name(name) => string(name, out),
                Step::Key(key) => dumps(&Value::Text((*key).clone()), out),
                Step::Index(index) => out.push_str(&index.to_string()),
            }
        }
        out.push_str("],\"msg\":");
        string(&self.problem.message, out);
        out.push_str(",\"input\":");
        dumps(&self.input, out);
        if !self.problem.context.is_empty() {
            out.push_str(",\"ctx\":");
            dumps(
                &Value::dict(
                    self.problem
                        .context
                        .iter()
                        .map(|(name, value)| (Text::from(*name), value.clone()))
                        .collect(),
                ),
                out,
            );
        }
        out.push('}');
    }
}
