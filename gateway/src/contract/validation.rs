//! Everything that is wrong with a request: found while it is read, told at once, in FastAPI's order and words.
//!
//! Source: `fastapi/exception_handlers.py` (`request_validation_exception_handler`), pydantic v2's error dictionaries.

mod detail;
mod problem;
pub mod shape;

use std::{any::TypeId, borrow::Cow};

use super::{
    Failure,
    profile::auth::Purpose,
    python::{Dict, Text, Value, dumps},
};
use detail::{At, Document, Told};

pub use detail::Detail;
pub use problem::Problem;

/// More mistakes than that are not told, or a list of a million would cost gigabytes: each is a hundred times as long as
/// what is wrong.
const MOST_TOLD: usize = 10_000;

/// Nor is another one told when their inputs are this long together, in bytes: each may be all of the body.
const LONGEST_TOLD: usize = 32 * 1024 * 1024;

/// How often a model may stand within itself: pydantic-core's limit.
const DEEPEST: usize = 254;

/// What was found wrong. The inputs stay where they were read: each may be a whole body.
#[derive(Debug, Default)]
pub struct Errors<'a> {
    /// Where reading is at the moment.
    at: Vec<Step<'a>>,
    /// How often each model is being read at the moment, one within another.
    open: Vec<(TypeId, usize)>,
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

/// How much was found wrong by a certain time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    found: usize,
    ours: usize,
}

/// One element of `loc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A section, a member as it was declared, or a word of pydantic's such as `[key]`.
    Name(&'static str),
    /// A header, by the name of the member that takes it: an underscore there is a hyphen here.
    Header(&'static str),
    /// A member as it was given.
    Key(&'a Text),
    Index(usize),
}

impl<'a> Errors<'a> {
    /// What is found wrong meanwhile is wrong one step further down.
    pub fn within<T>(&mut self, step: Step<'a>, read: impl FnOnce(&mut Self) -> T) -> T {
        self.at.push(step);
        let value = read(self);
        self.at.pop();
        value
    }

    /// The same of a model, unless it stands too often within itself already.
    pub(super) fn within_model<M: 'static, T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let model = TypeId::of::<M>();
        let at = self.open.iter().position(|(known, _)| *known == model).unwrap_or_else(|| {
            self.open.push((model, 0));
            self.open.len() - 1
        });
        if self.open[at].1 == DEEPEST {
            return None;
        }
        self.open[at].1 += 1;
        let value = read(self);
        self.open[at].1 -= 1;
        Some(value)
    }

    pub fn push(&mut self, problem: Problem, input: Cow<'a, Value>) {
        if self.found.len() < MOST_TOLD {
            self.found.push(Invalid { place: self.at.clone(), problem, input });
        }
    }

    /// Refuses what the original takes and cannot do anything with, which is its 500. It is told only where there is
    /// nothing that the original tells.
    pub fn push_ours(&mut self, problem: Problem, input: Cow<'a, Value>) {
        if self.ours.len() < MOST_TOLD {
            self.ours.push(Invalid { place: self.at.clone(), problem, input });
        }
    }

    pub(super) fn so_far(&self) -> Found {
        Found { found: self.found.len(), ours: self.ours.len() }
    }

    /// What was found wrong since then is not told.
    pub(super) fn forget(&mut self, since: Found) {
        self.found.truncate(since.found);
        self.ours.truncate(since.ours);
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
        let told = if self.found.is_empty() { &self.ours } else { &self.found };
        let mut length = 0;
        let told = told.iter().map_while(|invalid| {
            let told = (length < LONGEST_TOLD).then(|| invalid.told())?;
            length += told.input.len();
            Some(told)
        });
        Detail::new(told.collect())
    }

    /// What is found wrong meanwhile is told by the names of headers where it is named by a field.
    pub fn of_headers<T>(&mut self, is_field: fn(&str) -> bool, read: impl FnOnce(&mut Self) -> T) -> T {
        let (found, ours, depth) = (self.found.len(), self.ours.len(), self.at.len());
        let value = read(self);
        for invalid in self.found[found..].iter_mut().chain(&mut self.ours[ours..]) {
            if let Some(step) = invalid.place.get_mut(depth)
                && let Step::Name(name) = *step
                && is_field(name)
            {
                *step = Step::Header(name);
            }
        }
        value
    }
}

/// What is told of a body that is no JSON; the position counts code points.
pub(super) fn no_json(message: &'static str, position: usize, text: String) -> Failure {
    let told = Told {
        place: vec![At::Name("body".into()), At::Index(position)],
        problem: Problem::new("json_invalid", "JSON decode error").with("error", Value::text(message)),
        input: "{}".into(),
        document: Some(Document { text, position }),
    };
    Failure::Unprocessable(Detail::new(vec![told]))
}

/// What is told of a new password that stands in a list of stolen ones.
pub fn known_to_everybody(field: &Purpose) -> Failure {
    let name = match field {
        Purpose::NewPassword => "new_password",
        Purpose::Judged | Purpose::Login | Purpose::Password | Purpose::Column(_) => "password",
    };
    let reason = "Value error, This password is known to everybody: choose another one";
    let told = Told {
        place: vec![At::Name("body".into()), At::Name(name.into())],
        problem: Problem::new("value_error", reason).with("error", Value::dict(Dict::new())),
        // What was sent is not shown again.
        input: "null".into(),
        document: None,
    };
    Failure::Unprocessable(Detail::new(vec![told]))
}

impl Invalid<'_> {
    fn told(&self) -> Told {
        let mut input = String::new();
        dumps(&self.input, &mut input);
        let place = self.place.iter().map(|step| At::of(*step)).collect();
        Told { place, problem: self.problem.clone(), input, document: None }
    }
}
