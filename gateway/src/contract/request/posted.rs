//! A body that may be a form as well as JSON, for routes that no framework has declared before us.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Extensions, HeaderValue};

use super::{
    Argument, Asked, Body, BodyKind, Parameters, Place, Received, RequestRules, Section,
    form::{is_form, read_form},
    json::read_json,
    slot::extracted,
    source::{Kind, Source},
};
use crate::contract::{Failure, field::Field, model::Model, python::Value, validation::Errors};

/// A model whose fields are members of an object, or fields of a form. OAuth's clients send the one, browsers the other.
#[derive(Debug)]
pub struct Posted<T>(pub T);

pub(super) fn read_posted(
    bytes: &Bytes,
    content_type: Option<&HeaderValue>,
    rules: RequestRules,
) -> Result<Received, Failure> {
    if content_type.is_some_and(is_form) {
        read_form(bytes, content_type, rules).map(Received::Form)
    } else {
        read_json(bytes, content_type, rules)
    }
}

impl<T: Model + Field> Argument for Posted<T> {
    const PLACE: Place = Place::Input(Section::Body);
    const BODY: Option<BodyKind> = Some(BodyKind::Posted);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        match &asked.body {
            Received::Form(fields) => {
                let source = Source::new(Kind::Form, fields.clone(), asked.rules);
                Some(Cow::Owned(Value::dict(T::pick(&source))))
            }
            Received::Json(_) | Received::Bytes(_) | Received::Nothing => Body::<T>::give(asked),
        }
    }

    fn read<'a>(given: Option<&'a Value>, _: RequestRules, errors: &mut Errors<'a>, values: &mut Extensions) {
        super::slot::fill(super::body::judged::<T>(given, errors).map(Self), values);
    }
}

extracted!(Posted);
