//! The body of a request, as a model or as any value.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use http::{Extensions, request::Parts};

use super::{Argument, Asked, BodyKind, Place, Received, Section, slot};
use crate::contract::{
    Failure,
    field::{Constraints, Field},
    python::Value,
    validation::{Errors, Problem},
};

/// The one body parameter of a function.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: Field> Argument for Body<T> {
    const PLACE: Place = Place::Input(Section::Body);
    const BODY: Option<BodyKind> = Some(BodyKind::Json);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        match &asked.body {
            Received::Json(Some(value)) => Some(Cow::Borrowed(value)),
            Received::Json(None) | Received::Unread => None,
        }
    }

    fn read<'a>(given: Option<&'a Value>, errors: &mut Errors<'a>, values: &mut Extensions) {
        let value = match given {
            Some(given) => T::read(given, &T::Rules::NONE, errors),
            None => {
                errors.push(Problem::new("missing", "Field required"), Cow::Owned(Value::None));
                None
            }
        };
        if let Some(value) = value {
            slot::put(Self(value), values);
        }
    }
}

impl<T: Send + 'static, S: Sync> FromRequestParts<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        slot::take(parts)
    }
}
