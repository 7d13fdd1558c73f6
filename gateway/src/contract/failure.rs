//! Everything that can go wrong with a request, and the answer a client of this legacy gets for it.

mod raised;

use std::time::Duration;

use axum::response::{IntoResponse, Response as AxumResponse};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
};

use super::{
    profile::{ErrorAnswer, ErrorProfile},
    validation::{Detail, shape::ValidationShape},
};
use crate::routes::{
    lock::{self, scheme::Scheme},
    matching::SchemeId,
};

pub use raised::Raised;

const OUTCOME_UNKNOWN: &str =
    "It is not known whether the request was carried out: look before sending it again";

const UNREADABLE_BODY: &str = "There was an error parsing the body";

/// A request that gets no ordinary answer.
#[derive(Clone, Debug)]
pub enum Failure {
    /// No token, on a route of this scheme; without one, the profile's own words.
    MissingToken(Option<SchemeId>),
    WrongScheme(Option<SchemeId>),
    BadToken,
    /// What a handler of the original raises, made with `Failure::not_found` and its like.
    Raised(Raised),
    /// A body that cannot be taken for one, over which FastAPI raises before anything of a route runs.
    UnreadableBody,
    /// The twin of `RequestValidationError`.
    Unprocessable(Detail),
    Denied(StatusCode),
    Refused,
    TooLarge,
    LegacyUnreachable,
    /// Later than the route allows.
    Late,
    /// The database is away; the client may try again after this long.
    Unavailable(Duration),
    /// The reply to a COMMIT was lost: what was asked for may have been done, and must not be sent again blindly.
    OutcomeUnknown,
    /// Over what was asked the legacy raises, which is its 500: no bug, here or there, needs to be looked for.
    LegacyRaises,
    /// Over its own answer the legacy raises when it has stored already what it was asked to: so do we.
    LegacyRaisesAfterwards,
    /// A bug of ours, answered as Starlette answers one of the legacy's.
    Internal,
}

impl Failure {
    /// Whether what was done before it stays.
    pub fn comes_after_the_work(&self) -> bool {
        matches!(self, Self::LegacyRaisesAfterwards)
    }
}

/// Renders failures as the legacy would: from its profile and from what the lock recorded of its schemes.
pub struct Contract {
    errors: ErrorProfile,
    validation: ValidationShape,
    schemes: Vec<SchemeAnswers>,
}

/// How one security scheme of the legacy refuses a request, as import saw it; nothing where it never does.
#[derive(Default)]
struct SchemeAnswers {
    missing: Option<Response<Bytes>>,
    wrong_scheme: Option<Response<Bytes>>,
}

impl SchemeAnswers {
    fn of(scheme: &Scheme) -> Result<Self, http::Error> {
        let Some(failures) = &scheme.failures else { return Ok(Self::default()) };
        Ok(Self {
            missing: Some(answer(&failures.missing)?),
            wrong_scheme: Some(answer(&failures.wrong_scheme)?),
        })
    }
}

fn answer(seen: &lock::scheme::Failure) -> Result<Response<Bytes>, http::Error> {
    let mut response = Response::builder().status(seen.status);
    for (name, value) in &seen.headers {
        response = response.header(name, value);
    }
    let (parts, body) = response.body(Bytes::from(seen.body.clone()))?.into_parts();
    Ok(json(parts.status, parts.headers, body))
}

impl Contract {
    pub fn new(errors: ErrorProfile, schemes: &[Scheme]) -> Result<Self, http::Error> {
        let schemes = schemes.iter().map(SchemeAnswers::of).collect::<Result<_, _>>()?;
        Ok(Self { errors, validation: ValidationShape::default(), schemes })
    }

    pub fn failure(&self, failure: &Failure) -> Response<Bytes> {
        match failure {
            Failure::MissingToken(scheme) => self.no_token(*scheme, |answers| &answers.missing),
            Failure::WrongScheme(scheme) => self.no_token(*scheme, |answers| &answers.wrong_scheme),
            Failure::BadToken => recorded(&self.errors.bad_token),
            Failure::Raised(raised) => raised.answer(self.errors.shape),
            Failure::UnreadableBody => self.message(StatusCode::BAD_REQUEST, UNREADABLE_BODY),
            Failure::Unprocessable(detail) => {
                json(self.validation.status, HeaderMap::new(), self.validation.body(detail))
            }
            Failure::Denied(status) => self.message(*status, status.canonical_reason().unwrap_or("Denied")),
            Failure::Refused => self.message(StatusCode::BAD_REQUEST, "Bad Request"),
            Failure::TooLarge => self.message(StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large"),
            Failure::LegacyUnreachable => self.message(StatusCode::BAD_GATEWAY, "Bad Gateway"),
            Failure::Late => self.message(StatusCode::GATEWAY_TIMEOUT, "Gateway Timeout"),
            Failure::Unavailable(after) => self.unavailable(*after),
            // Without Retry-After, which many clients take for leave to repeat.
            Failure::OutcomeUnknown => self.message(StatusCode::SERVICE_UNAVAILABLE, OUTCOME_UNKNOWN),
            Failure::LegacyRaises | Failure::LegacyRaisesAfterwards | Failure::Internal => internal(),
        }
    }

    /// The profile's words, else those of the route's own scheme.
    fn no_token(
        &self,
        scheme: Option<SchemeId>,
        which: impl Fn(&SchemeAnswers) -> &Option<Response<Bytes>>,
    ) -> Response<Bytes> {
        if let Some(answer) = &self.errors.missing_token {
            return recorded(answer);
        }
        let seen = scheme
            .and_then(|scheme| self.schemes.get(scheme.index()))
            .and_then(|scheme| which(scheme).clone());
        seen.unwrap_or_else(|| recorded(&self.errors.bad_token))
    }

    fn message(&self, status: StatusCode, message: &str) -> Response<Bytes> {
        json(status, HeaderMap::new(), self.errors.shape.render(message))
    }

    fn unavailable(&self, after: Duration) -> Response<Bytes> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        let body = self.errors.shape.render("Service Unavailable");
        json(StatusCode::SERVICE_UNAVAILABLE, headers, body)
    }
}

fn recorded(answer: &ErrorAnswer) -> Response<Bytes> {
    let headers = answer.headers.iter().cloned().collect();
    json(answer.status, headers, answer.body.clone())
}

/// Headers in Starlette's order: the exception's own, then length and type.
fn json(status: StatusCode, mut headers: HeaderMap, body: Bytes) -> Response<Bytes> {
    let kind = headers.remove(CONTENT_TYPE).unwrap_or(HeaderValue::from_static("application/json"));
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    headers.insert(CONTENT_TYPE, kind);
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    answer
}

/// Source: `starlette/middleware/errors.py` (`ServerErrorMiddleware.error_response`).
fn internal() -> Response<Bytes> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    json(StatusCode::INTERNAL_SERVER_ERROR, headers, Bytes::from_static(b"Internal Server Error"))
}

/// Lets a handler end with `?`: the failure travels in the answer and is rendered by the front, which knows the
/// profile.
impl IntoResponse for Failure {
    fn into_response(self) -> AxumResponse {
        let mut answer = AxumResponse::default();
        answer.extensions_mut().insert(self);
        answer
    }
}
