//! A request model: members by name, as a Pydantic class declares them. Written with `#[derive(Model)]`.

use std::borrow::Cow;

use super::{
    field::{Field, Shape},
    python::{Dict, Value},
    validation::{Errors, Problem, Step},
};

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
    /// The names under which it is looked for, in that order; errors tell the first.
    pub names: &'static [&'static str],
    pub shape: Shape,
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

    /// A member without a default, unless its type has one.
    pub fn required<T: Field>(&mut self, names: &'static [&'static str], rules: &T::Rules) -> Option<T> {
        match self.find(names) {
            Some((name, value)) => self.read(name, value, rules),
            None => T::absent().or_else(|| {
                let input = self.whole.map_or(Cow::Owned(Value::None), Cow::Borrowed);
                let problem = Problem::new("missing", "Field required");
                self.errors.within(Step::Name(names.first()?), |errors| errors.push(problem, input));
                None
            }),
        }
    }

    /// A member with a default, which is not validated.
    pub fn or<T: Field>(
        &mut self,
        names: &'static [&'static str],
        rules: &T::Rules,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        match self.find(names) {
            Some((name, value)) => self.read(name, value, rules),
            None => Some(default()),
        }
    }

    fn read<T: Field>(&mut self, name: &'static str, value: &'a Value, rules: &T::Rules) -> Option<T> {
        self.errors.within(Step::Name(name), |errors| T::read(value, rules, errors))
    }

    fn find(&self, names: &'static [&'static str]) -> Option<(&'static str, &'a Value)> {
        names.iter().find_map(|name| Some((*name, self.given.get(name.as_bytes())?)))
    }
}

/// Reads a nested model, or a whole body.
pub fn read<'a, T: Model>(given: &'a Value, errors: &mut Errors<'a>) -> Option<T> {
    let Value::Dict(members) = given else {
        // What a JSON body is checked as, which has been a Python object before.
        let message = "Input should be a valid dictionary or object to extract fields from";
        errors.push(Problem::new("model_attributes_type", message), Cow::Borrowed(given));
        return None;
    };
    T::read_members(&mut Members::new(members, Some(given), errors))
}
