//! The body of a request: a model or any other type, or several parameters in one object.

use std::borrow::Cow;

use http::Extensions;

use super::{
    Argument, Asked, BodyKind, Place, Received, RequestRules, Section,
    slot::{self, extracted},
};
use crate::contract::{
    field::{Constraints, Field},
    model::{Members, Model},
    python::{Dict, Value},
    validation::{Errors, Problem, Step},
};

/// The one body parameter of a function. `Body<Option<T>>` has `None` for a default.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// Several body parameters, or one that says `embed=True`: each field of the model is one.
#[derive(Debug)]
pub struct Embedded<T>(pub T);

fn body(asked: &Asked) -> Option<&Value> {
    match &asked.body {
        Received::Json(value) | Received::Bytes(value) => Some(value),
        Received::Form(_) | Received::Nothing => None,
    }
}

impl<T: Field> Argument for Body<T> {
    const PLACE: Place = Place::Input(Section::Body);
    const BODY: Option<BodyKind> = Some(BodyKind::Json);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        body(asked).map(Cow::Borrowed)
    }

    fn read<'a>(given: Option<&'a Value>, _: RequestRules, errors: &mut Errors<'a>, values: &mut Extensions) {
        slot::fill(judged(given, errors).map(Self), values);
    }
}

pub(super) fn judged<'a, T: Field>(given: Option<&'a Value>, errors: &mut Errors<'a>) -> Option<T> {
    match given {
        Some(given) => T::read(given, &T::Rules::NONE, errors),
        None => T::absent().or_else(|| {
            errors.push(missing(), Cow::Owned(Value::None));
            None
        }),
    }
}

impl Received {
    /// An object of the members that count, or what is given instead of one.
    pub(in crate::contract) fn embedded(&self, rules: RequestRules) -> Cow<'_, Value> {
        let absent = Cow::Owned(Value::dict(Dict::new()));
        match self {
            Self::Nothing | Self::Form(_) => absent,
            Self::Bytes(_) if !rules.text_has_no_members() => absent,
            Self::Json(Value::Dict(members)) if rules.null_is_missing() => {
                let given = members.iter().filter(|(_, value)| **value != Value::None);
                let given = given.map(|(name, value)| (name.clone(), value.clone()));
                Cow::Owned(Value::dict(given.collect()))
            }
            Self::Json(given) | Self::Bytes(given) => Cow::Borrowed(given),
        }
    }
}

fn missing() -> Problem {
    Problem::new("missing", "Field required")
}

impl<T: Model> Argument for Embedded<T> {
    const PLACE: Place = Place::Input(Section::Body);
    const BODY: Option<BodyKind> = Some(BodyKind::Json);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        Some(asked.body.embedded(asked.rules))
    }

    fn read<'a>(given: Option<&'a Value>, _: RequestRules, errors: &mut Errors<'a>, values: &mut Extensions) {
        match given {
            Some(Value::Dict(members)) => {
                let value = T::read_members(&mut Members::new(members, None, errors));
                slot::fill(value.map(Self), values);
            }
            // Even one that has a default.
            _ => {
                for name in T::MEMBERS.iter().filter_map(|member| member.names.first()) {
                    errors.within(Step::Name(name), |errors| {
                        errors.push(missing(), Cow::Owned(Value::None));
                    });
                }
            }
        }
    }
}

extracted!(Body);
extracted!(Embedded);
