//! `[json]`: what the backend decides about JSON otherwise than its FastAPI version, which the lock names.

use crate::{
    config::document::section::Section,
    contract::json::{Decided, Floats, NullBody, Untyped},
};

pub(super) fn read(mut section: Section<'_>) -> Option<Decided> {
    let untyped = section
        .optional("untyped")
        .map(|item| item.choice("what a body without a content type is", &[Untyped::Json, Untyped::Bytes]));
    let null_body = section
        .optional("null_body")
        .map(|item| item.choice("what a body `null` is", &[NullBody::Missing, NullBody::Value]));
    let floats = section
        .optional("floats")
        .map(|item| item.choice("an encoder of floats", &[Floats::PydanticCore, Floats::JsonDumps]));
    section.close();
    Some(Decided { untyped: written(untyped)?, null_body: written(null_body)?, floats: written(floats)? })
}

/// Nothing where what is written is wrong, which was told.
fn written<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(value) => value.map(Some),
        None => Some(None),
    }
}
