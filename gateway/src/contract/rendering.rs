//! The answer that a client of this legacy gets for a failure.
//!
//! Each application of the legacy words its own: the profile says how, else it is FastAPI's way or Starlette's.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};

use super::{
    Failure,
    profile::{AppErrors, ErrorAnswer, ErrorProfile, ErrorShape, TokenErrors},
    validation::shape::ValidationShape,
};
use crate::routes::{
    lock::{self, scheme::Scheme},
    matching::{AppId, Application, Matcher, SchemeId},
};

const OUTCOME_UNKNOWN: &str =
    "It is not known whether the request was carried out: look before sending it again";

const INVALID_GRANT: &str = "The refresh token is not valid any more: log in again";

const UNREADABLE_BODY: &str = "There was an error parsing the body";

/// Renders failures as the legacy would: from its profile and from what the lock recorded of its schemes.
pub struct Contract {
    /// By application.
    errors: Vec<AppErrors>,
    tokens: TokenErrors,
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
    Ok(sent(parts.status, &parts.headers, body))
}

impl Contract {
    pub fn new(profile: ErrorProfile, matcher: &Matcher) -> Result<Self, http::Error> {
        let mut errors: Vec<AppErrors> = Vec::new();
        for app in matcher.applications() {
            let around = app.parent.and_then(|parent| errors.get(parent.index()));
            let own = around.map_or_else(|| profile.app.clone(), |around| mounted(&profile, app, around));
            errors.push(own);
        }
        let schemes = matcher.schemes().iter().map(SchemeAnswers::of).collect::<Result<_, _>>()?;
        Ok(Self { errors, tokens: profile.tokens, schemes })
    }

    /// In the words of the application that was asked.
    pub fn failure(&self, failure: &Failure, app: AppId) -> Response<Bytes> {
        match failure {
            Failure::MissingToken(scheme) => {
                self.no_token(&self.tokens.missing_token, *scheme, |answers| &answers.missing)
            }
            Failure::WrongScheme(scheme) => {
                self.no_token(&self.tokens.wrong_scheme, *scheme, |answers| &answers.wrong_scheme)
            }
            Failure::BadToken => recorded(&self.tokens.bad_token),
            Failure::ExpiredToken => self.bad_token(&self.tokens.expired_token),
            Failure::BadClaims => self.bad_token(&self.tokens.bad_claims),
            Failure::UnknownUser => self.bad_token(&self.tokens.unknown_user),
            Failure::InactiveUser => match &self.tokens.inactive_user {
                Some(answer) => recorded(answer),
                None => self.message(app, StatusCode::BAD_REQUEST, "Inactive user"),
            },
            Failure::MissingScope => self.missing_scope(app),
            Failure::Written(answer) => recorded(answer),
            Failure::InvalidGrant => self.invalid_grant(app),
            Failure::Raised(raised) => raised.answer(&self.errors(app).shape),
            Failure::UnreadableBody => self.message(app, StatusCode::BAD_REQUEST, UNREADABLE_BODY),
            Failure::Unprocessable(detail) => {
                let validation: &ValidationShape = &self.errors(app).validation;
                sent(validation.status, &HeaderMap::new(), validation.body(detail))
            }
            Failure::Denied(status) => {
                self.message(app, *status, status.canonical_reason().unwrap_or("Denied"))
            }
            Failure::Refused => self.message(app, StatusCode::BAD_REQUEST, "Bad Request"),
            Failure::TargetTooLong => self.message(app, StatusCode::URI_TOO_LONG, "URI Too Long"),
            Failure::HeadTooLarge => self.message(
                app,
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "Request Header Fields Too Large",
            ),
            Failure::TooLarge => {
                self.message(app, StatusCode::PAYLOAD_TOO_LARGE, "Request body is too large")
            }
            Failure::TooSlow => self.message(app, StatusCode::REQUEST_TIMEOUT, "Request Timeout"),
            Failure::LegacyUnreachable => self.message(app, StatusCode::BAD_GATEWAY, "Bad Gateway"),
            Failure::Late => self.message(app, StatusCode::GATEWAY_TIMEOUT, "Gateway Timeout"),
            Failure::Unavailable(after) | Failure::Busy(after) => {
                self.later(app, StatusCode::SERVICE_UNAVAILABLE, *after, "Service Unavailable")
            }
            Failure::TooManyAttempts(after) | Failure::TooOften(after) => {
                self.later(app, StatusCode::TOO_MANY_REQUESTS, *after, "Too Many Requests")
            }
            // Without Retry-After, which many clients take for leave to repeat.
            Failure::OutcomeUnknown => self.message(app, StatusCode::SERVICE_UNAVAILABLE, OUTCOME_UNKNOWN),
            Failure::LegacyRaises | Failure::LegacyRaisesAfterwards | Failure::Internal => self.internal(app),
        }
    }

    pub(super) fn errors(&self, app: AppId) -> &AppErrors {
        // Every application of the lock has an entry.
        self.errors.get(app.index()).unwrap_or(&self.errors[0])
    }

    /// The legacy tells it apart, or it does not.
    fn bad_token(&self, apart: &Option<ErrorAnswer>) -> Response<Bytes> {
        recorded(apart.as_ref().unwrap_or(&self.tokens.bad_token))
    }

    /// OAuth's name for it (RFC 6749 section 5.2) beside the legacy's words, where these are an object.
    fn invalid_grant(&self, app: AppId) -> Response<Bytes> {
        let headers = HeaderMap::from_iter([
            (WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ]);
        let mut answer = self.told(app, StatusCode::UNAUTHORIZED, headers, INVALID_GRANT);
        if let Some(members) = answer.body().strip_prefix(b"{").filter(|rest| *rest != b"}") {
            let body = [&br#"{"error":"invalid_grant","#[..], members].concat();
            answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            *answer.body_mut() = Bytes::from(body);
        }
        answer
    }

    fn missing_scope(&self, app: AppId) -> Response<Bytes> {
        if let Some(answer) = &self.tokens.missing_scope {
            return recorded(answer);
        }
        let challenge = HeaderValue::from_static("Bearer error=\"insufficient_scope\"");
        let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, challenge)]);
        self.told(app, StatusCode::FORBIDDEN, headers, "Not enough permissions")
    }

    /// The profile's words, else those of the route's own scheme.
    fn no_token(
        &self,
        written: &Option<ErrorAnswer>,
        scheme: Option<SchemeId>,
        which: impl Fn(&SchemeAnswers) -> &Option<Response<Bytes>>,
    ) -> Response<Bytes> {
        if let Some(answer) = written {
            return recorded(answer);
        }
        let seen = scheme
            .and_then(|scheme| self.schemes.get(scheme.index()))
            .and_then(|scheme| which(scheme).clone());
        seen.unwrap_or_else(|| recorded(&self.tokens.bad_token))
    }

    fn message(&self, app: AppId, status: StatusCode, message: &str) -> Response<Bytes> {
        self.told(app, status, HeaderMap::new(), message)
    }

    /// The twin of `HTTPException` with a text for its detail.
    pub(super) fn told(
        &self,
        app: AppId,
        status: StatusCode,
        mut headers: HeaderMap,
        message: &str,
    ) -> Response<Bytes> {
        let shape = &self.errors(app).shape;
        headers.insert(CONTENT_TYPE, shape.media_type());
        sent(status, &headers, shape.render(status, message))
    }

    fn later(&self, app: AppId, status: StatusCode, after: Duration, message: &str) -> Response<Bytes> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)))]);
        self.told(app, status, headers, message)
    }

    /// Source: `starlette/middleware/errors.py` (`ServerErrorMiddleware.error_response`).
    fn internal(&self, app: AppId) -> Response<Bytes> {
        if let Some(answer) = &self.errors(app).internal {
            return recorded(answer);
        }
        plain_text(StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new(), "Internal Server Error")
    }
}

/// Handlers of exceptions are an application's own; a bare router has none, so its parent's handle what it raises.
fn mounted(profile: &ErrorProfile, app: &Application, around: &AppErrors) -> AppErrors {
    let written = profile.below.iter().find(|(path, _)| *path == app.prefix);
    match (written, app.class.as_str()) {
        (Some((_, errors)), _) => errors.clone(),
        (None, "fastapi.applications.FastAPI") => AppErrors::plain(ErrorShape::Detail),
        (None, "starlette.applications.Starlette") => AppErrors::plain(ErrorShape::Text),
        (None, _) => around.clone(),
    }
}

pub(super) fn recorded(answer: &ErrorAnswer) -> Response<Bytes> {
    let headers = answer.headers.iter().cloned().collect();
    sent(answer.status, &headers, answer.body.clone())
}

/// Starlette's `PlainTextResponse`.
pub(super) fn plain_text(status: StatusCode, mut headers: HeaderMap, text: &str) -> Response<Bytes> {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    sent(status, &headers, Bytes::copy_from_slice(text.as_bytes()))
}

/// Headers in Starlette's order: the exception's own, then length and type.
fn sent(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Response<Bytes> {
    let kind = headers.get(CONTENT_TYPE).cloned();
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let own = headers.iter().filter(|(name, _)| ![CONTENT_TYPE, CONTENT_LENGTH].contains(name));
    // Put together anew: taking one out of the middle would change the order of the others.
    let mut ordered: HeaderMap = own.map(|(name, value)| (name.clone(), value.clone())).collect();
    ordered.insert(CONTENT_LENGTH, HeaderValue::from(answer.body().len()));
    ordered.insert(CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static("application/json")));
    *answer.headers_mut() = ordered;
    answer
}
