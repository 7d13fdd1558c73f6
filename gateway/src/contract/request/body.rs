//! A JSON body: what counts as one, and what is told of anything else.
//!
//! Source: `fastapi/routing.py` (`get_request_handler`), `fastapi/dependencies/utils.py` (`request_body_to_args`).

use std::borrow::Cow;

use http::HeaderValue;

use super::{Fields, media_type::is_json};
use crate::contract::{
    Errors, Failure,
    json::Framework,
    lax::Problem,
    python::{Dict, NotJson, Value, loads},
    validation::Place,
};

/// A body that broke off, or that is in no encoding.
pub const UNREADABLE: Failure = Failure::BadRequest("There was an error parsing the body");

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

/// The body as the legacy's framework hands it to the model.
#[derive(Debug)]
pub struct JsonBody {
    /// Nothing when there is none.
    value: Option<Value>,
    /// In bytes, as it came.
    size: usize,
}

impl JsonBody {
    pub fn read(
        bytes: &[u8],
        content_type: Option<&HeaderValue>,
        framework: Framework,
    ) -> Result<Self, Failure> {
        let value = Self::value(bytes, content_type, framework.bodies)?;
        Ok(Self { value, size: bytes.len() })
    }

    pub fn size(&self) -> usize {
        self.size
    }

    fn value(
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
            Err(NotJson::Invalid { message, position }) => {
                let mut errors = Errors::default();
                let problem = Problem::new("json_invalid", "JSON decode error");
                let problem = problem.with("error", Value::text(message));
                errors.push("body", Place::Position(position), problem, Cow::Owned(Value::dict(Dict::new())));
                Err(errors.failure())
            }
        }
    }

    /// The members, if it is an object at all.
    pub fn fields<'a, 'e>(&'a self, errors: &'e mut Errors<'a>) -> Option<Fields<'a, 'e>> {
        match &self.value {
            Some(whole @ Value::Dict(members)) => Some(Fields::new("body", members, errors).within(whole)),
            Some(other) => {
                let message = "Input should be a valid dictionary or object to extract fields from";
                let problem = Problem::new("model_attributes_type", message);
                errors.push("body", Place::Whole, problem, Cow::Borrowed(other));
                None
            }
            None => {
                errors.missing("body", Place::Whole, Cow::Owned(Value::None));
                None
            }
        }
    }
}
