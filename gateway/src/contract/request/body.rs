//! A JSON body: what counts as one, and what is told of anything else.
//!
//! Source: `fastapi/routing.py` (`get_request_handler`), `fastapi/dependencies/utils.py` (`request_body_to_args`).

use axum::{
    body::to_bytes,
    extract::{FromRef, FromRequest, Request},
};
use http::{HeaderValue, header::CONTENT_TYPE};

use super::{Fields, media_type::is_json};
use crate::contract::{
    Errors, Failure,
    json::Framework,
    lax::Problem,
    python::{Dict, NotJson, Value, loads},
    validation::Place,
};

const UNREADABLE: Failure = Failure::BadRequest("There was an error parsing the body");

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

/// The body as the legacy's framework hands it to the model; nothing when there is none.
#[derive(Clone, Debug)]
pub struct JsonBody(Option<Value>);

impl JsonBody {
    fn read(bytes: &[u8], content_type: Option<&HeaderValue>, rules: BodyRules) -> Result<Self, Failure> {
        if bytes.is_empty() {
            return Ok(Self(None));
        }
        let content_type = content_type.filter(|value| !value.is_empty());
        if !content_type.map_or(rules.untyped_is_json, is_json) {
            return Ok(Self(Some(Value::bytes(bytes))));
        }
        match loads(bytes) {
            Ok(Value::None) if rules.null_is_missing => Ok(Self(None)),
            Ok(value) => Ok(Self(Some(value))),
            Err(NotJson::Unreadable) => Err(UNREADABLE),
            Err(NotJson::Invalid { message, position }) => {
                let mut errors = Errors::default();
                let problem = Problem::new("json_invalid", "JSON decode error");
                let problem = problem.with("error", Value::text(message));
                errors.push("body", Place::Position(position), problem, Value::dict(Dict::new()));
                Err(errors.failure())
            }
        }
    }

    /// The members, if it is an object at all.
    pub fn fields<'a>(&'a self, errors: &'a mut Errors) -> Option<Fields<'a>> {
        match &self.0 {
            Some(whole @ Value::Dict(members)) => Some(Fields::new("body", members, errors).within(whole)),
            Some(other) => {
                let message = "Input should be a valid dictionary or object to extract fields from";
                let problem = Problem::new("model_attributes_type", message);
                errors.push("body", Place::Whole, problem, other.clone());
                None
            }
            None => {
                errors.missing("body", Place::Whole, Value::None);
                None
            }
        }
    }
}

/// FastAPI reads the body before it solves any dependency: what is no JSON is told to a user who is gone as well.
impl<S> FromRequest<S> for JsonBody
where
    S: Send + Sync,
    Framework: FromRef<S>,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        // The route's limit is kept by the body itself, and told by whoever set it.
        let bytes = to_bytes(body, usize::MAX).await.map_err(|_| UNREADABLE)?;
        Self::read(&bytes, parts.headers.get(CONTENT_TYPE), Framework::from_ref(state).bodies)
    }
}
