//! A body as the legacy's framework reads it: JSON, whatever came, or nothing.
//!
//! Source: `fastapi/routing.py` (`get_request_handler`).

use http::HeaderValue;

use super::{Received, RequestRules, media_type::is_json};
use crate::contract::{
    Failure,
    python::{NotJson, Value, document, loads},
    validation::no_json,
};

/// A body that broke off, or that is in no encoding.
pub const UNREADABLE: Failure = Failure::UnreadableBody;

pub(super) fn read_json(
    bytes: &[u8],
    content_type: Option<&HeaderValue>,
    rules: RequestRules,
) -> Result<Received, Failure> {
    if bytes.is_empty() {
        return Ok(Received::Nothing);
    }
    let content_type = content_type.filter(|value| !value.is_empty());
    if !content_type.map_or_else(|| rules.untyped_is_json(), is_json) {
        return Ok(Received::Bytes(Value::bytes(bytes)));
    }
    match loads(bytes) {
        Ok(Value::None) if rules.null_is_missing() => Ok(Received::Nothing),
        Ok(value) => Ok(Received::Json(value)),
        Err(NotJson::Unreadable) => Err(UNREADABLE),
        Err(NotJson::Invalid { message, position }) => Err(no_json(message, position, document(bytes))),
    }
}
