//! A request model: members by name, as a Pydantic class declares them. Written with `#[derive(Model)]`.
//!
//! DOC

mod holding;
mod refusal;
mod tagged;

use std::borrow::Cow;

use super::{
    field::{Field, Shape},
    python::{Dict, Text, Value},
    validation::{Errors, Problem, Step},
};

pub use holding::{Entries, Items};
pub use refusal::Refusal;
pub use tagged::tagged;

/// A struct whose fields are read by name from an object, or from parameters that come by name.
pub trait Model: Sized + Send + 'static {
    const MEMBERS: &'static [Member];
    const EXTRA: Extra;

    /// All members in the order of declaration, so that errors are told in that order.
    fn read_members<'a>(members: &mut Members<'a, '_>) -> Option<Self>;
}

/// What is known about a member before there is a value.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// What the field itself is called.
    pub field: &'static str,
    /// The names under which it is looked for, in that order; errors tell the first.
    pub names: &'static [&'static str],
    pub shape: Shape,
    /// It has a default other than `None`.
    pub defaulted: bool,
}

/// What happens to members that no field has: `model_config = ConfigDict(extra=...)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    Ignore,
    Forbid,
    /// Kept in the field that says `#[field(extra)]`.
    Allow,
}

/// The members that a client gave.
pub struct Members<'a, 'e> {
    given: &'a Dict,
    /// What a missing member is missing from; nothing for parameters, each of which stands for itself.
    whole: Option<&'a Value>,
    errors: &'e mut Errors<'a>,
}

impl<'a, 'e> Members<'a, 'e> {
    pub fn new(given: &'a Dict, whole: Option<&'a Value>, errors: &'e mut Errors<'a>) -> Self {
        Self { given, whole, errors }
    }

    /// The value of a member, once its own validators took it. A default is not validated.
    pub fn read<T: Field>(
        &mut self,
        member: &'static Member,
        rules: &T::Rules,
        judge: impl FnOnce(T) -> Result<T, Refusal>,
        absent: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let Some((name, value)) = member.find(self.given) else {
            return absent().or_else(|| self.missing(member));
        };
        self.errors.within(Step::Name(name), |errors| {
            let judged = judge(T::read(value, rules, errors)?);
            judged.map_err(|refusal| errors.push(refusal.into_problem(), Cow::Borrowed(value))).ok()
        })
    }

    fn missing<T>(&mut self, member: &'static Member) -> Option<T> {
        let input = self.whole();
        let problem = Problem::new("missing", "Field required");
        self.errors.within(Step::Name(member.names.first()?), |errors| errors.push(problem, input));
        None
    }

    /// The members that no field has, in the order in which they came. A name that was passed over for another name
    /// of its field is one of them.
    fn others(
        &self,
        members: &'static [Member],
    ) -> impl Iterator<Item = (&'a Text, &'a Value)> + use<'a, 'e> {
        let given = self.given;
        let used: Vec<_> = members.iter().filter_map(|member| member.find(given)).collect();
        let is_used = move |name: &Text| used.iter().any(|(used, _)| name.as_str() == Some(*used));
        given.iter().filter(move |(name, _)| !is_used(name))
    }

    /// `extra="allow"`
    pub fn rest(&self, members: &'static [Member]) -> Option<Dict> {
        Some(self.others(members).map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// `extra="forbid"`
    pub fn refuse_rest(&mut self, members: &'static [Member]) -> Option<()> {
        let mut good = Some(());
        for (name, value) in self.others(members) {
            let problem = Problem::new("extra_forbidden", "Extra inputs are not permitted");
            self.errors.within(Step::Key(name), |errors| errors.push(problem, Cow::Borrowed(value)));
            good = None;
        }
        good
    }

    /// The model, once its own validators took it: `@model_validator(mode="after")`.
    pub fn judge<T>(&mut self, model: T, judge: impl FnOnce(T) -> Result<T, Refusal>) -> Option<T> {
        let input = self.whole();
        judge(model).map_err(|refusal| self.errors.push(refusal.into_problem(), input)).ok()
    }

    fn whole(&self) -> Cow<'a, Value> {
        self.whole.map_or(Cow::Owned(Value::None), Cow::Borrowed)
    }
}

impl Member {
    fn find<'a>(&self, given: &'a Dict) -> Option<(&'static str, &'a Value)> {
        self.names.iter().find_map(|name| Some((*name, given.get(name.as_bytes())?)))
    }
}

/// Reads a nested model, or a whole body.
pub fn read<'a, T: Model>(given: &'a Value, errors: &mut Errors<'a>) -> Option<T> {
    let Value::Dict(members) = given else {
        errors.push(no_object(), Cow::Borrowed(given));
        return None;
    };
    T::read_members(&mut Members::new(members, Some(given), errors))
}

/// What a JSON body is checked as, and all that is in it: it has been a Python object before.
fn no_object() -> Problem {
    let message = "Input should be a valid dictionary or object to extract fields from";
    Problem::new("model_attributes_type", message)
}
