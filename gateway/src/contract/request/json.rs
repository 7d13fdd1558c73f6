//! A body as the legacy's framework reads it: JSON, whatever came, or nothing.
//!
//! Source: `fastapi/routing.py` (`get_request_handler`).

use http::HeaderValue;

use super::media_type::is_json;
use crate::contract::{
    Failure,
    python::{NotJson, Value, document, loads},
    validation::no_json,
};

/// A body that broke off, or that is in no encoding.
pub const UNREADABLE: Failure = Failure::UnreadableBody;

/// What FastAPI's versions do differently with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyRules {
    /// A body without a `Content-Type` is JSON.
    untyped_is_json: bool,
    /// A body of `null` is no body.
    null_is_missing: bool,
}

impl BodyRules {
    /// `strict_content_type` came with 0.132. When `null` became a body is not in the release notes; it is one in
    /// 0.165.
    pub(in crate::contract) fn of_fastapi(version: (u32, u32)) -> Self {
        Self { untyped_is_json: version < (0, 132), null_is_missing: version < (0, 132) }
    }
}

/// Nothing when there is no body.
pub fn read_json(
    bytes: &[u8],
    content_type: Option<&HeaderValue>,
    rules: BodyRules,
) -> Result<Option<Value>, Failure> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let content_type = content_type.filter(|value| !value.is_empty());
    if !content_type.map_or(rules.untyped_is_json, is_json) {
        return Ok(Some(Value::bytes(bytes)));
    }
    match loads(bytes) {
        Ok(Value::None) if rules.null_is_missing => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(NotJson::Unreadable) => Err(UNREADABLE),
        Err(NotJson::Invalid { message, position }) => Err(no_json(message, position, document(bytes))),
    }
}
