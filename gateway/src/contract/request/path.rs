//! Parameters of the path.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use http::{Extensions, request::Parts};

use super::{Argument, Asked, Place, Section, slot};
use crate::contract::{
    Failure,
    field::{Constraints, Field},
    python::{Dict, Text, Value},
    validation::{Errors, Step},
};

/// `Path<Whole>` is the only parameter of the route; `Path<(Whole, Whole)>` are all of them, in the order of the
/// template; `Path<T>` of a model are those that it names.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// The matched texts of a request's path, before conversion, in the order of the template.
#[derive(Clone, Debug, Default)]
pub struct PathParams(Vec<(String, String)>);

impl PathParams {
    pub fn new(params: Vec<(String, String)>) -> Self {
        Self(params)
    }

    fn dict(&self) -> Dict {
        self.0.iter().map(|(name, text)| (Text::from(name.as_str()), Value::text(text))).collect()
    }
}

/// What can be made of the parameters of a path.
pub trait FromPath: Sized + Send + 'static {
    fn read<'a>(params: &'a Dict, errors: &mut Errors<'a>) -> Option<Self>;
}

impl<T: Field> FromPath for T {
    fn read<'a>(params: &'a Dict, errors: &mut Errors<'a>) -> Option<Self> {
        nth(params, 0, errors)
    }
}

impl<A: Field, B: Field> FromPath for (A, B) {
    fn read<'a>(params: &'a Dict, errors: &mut Errors<'a>) -> Option<Self> {
        let (first, second) = (nth(params, 0, errors), nth(params, 1, errors));
        first.zip(second)
    }
}

fn nth<'a, T: Field>(params: &'a Dict, index: usize, errors: &mut Errors<'a>) -> Option<T> {
    let (name, value) = params.get_index(index)?;
    errors.within(Step::Key(name), |errors| T::read(value, &T::Rules::NONE, errors))
}

impl<T: FromPath> Argument for Path<T> {
    const PLACE: Place = Place::Input(Section::Path);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        Some(Cow::Owned(Value::dict(asked.path.dict())))
    }

    fn read<'a>(given: Option<&'a Value>, errors: &mut Errors<'a>, values: &mut Extensions) {
        let Some(Value::Dict(params)) = given else { return };
        if let Some(value) = T::read(params, errors) {
            slot::put(Self(value), values);
        }
    }
}

impl<T: Send + 'static, S: Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        slot::take(parts)
    }
}
