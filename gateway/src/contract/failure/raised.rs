//! What a handler of the original raises: the twin of `HTTPException`, and of an exception handler with a body of its own.
//!
//! Source: `fastapi/exception_handlers.py` (`http_exception_handler`), `starlette/responses.py` (`JSONResponse`).

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE},
};

use super::Failure;
use crate::contract::{
    answer::{Answer, Writer},
    json::Floats,
    profile::ErrorShape,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    status: StatusCode,
    /// In their order.
    headers: Vec<(HeaderName, HeaderValue)>,
    /// JSON, as `json.dumps` writes it.
    said: String,
    /// None: `said` is a detail, and the legacy's shape of errors goes around it.
    media_type: Option<&'static str>,
}

impl Failure {
    /// The twin of `HTTPException(400, detail)`: a text, or anything that can be written.
    pub fn bad_request(detail: impl Answer) -> Self {
        Self::http(StatusCode::BAD_REQUEST, detail)
    }

    /// The twin of `HTTPException(401, detail, headers={"WWW-Authenticate": challenge})`.
    pub fn unauthorized(detail: impl Answer, challenge: &'static str) -> Self {
        Self::http(StatusCode::UNAUTHORIZED, detail)
            .header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    pub fn forbidden(detail: impl Answer) -> Self {
        Self::http(StatusCode::FORBIDDEN, detail)
    }

    pub fn not_found(detail: impl Answer) -> Self {
        Self::http(StatusCode::NOT_FOUND, detail)
    }

    pub fn conflict(detail: impl Answer) -> Self {
        Self::http(StatusCode::CONFLICT, detail)
    }

    /// The twin of `HTTPException(status, detail)`. Over a detail that is no JSON the original raises in turn.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "it reads as `raise HTTPException(404, \"Task not found\")` does, without a `&` before the text"
    )]
    pub fn http(status: StatusCode, detail: impl Answer) -> Self {
        let mut json = Writer::new(Floats::JsonDumps);
        match detail.write(&mut json) {
            Ok(()) => {
                Self::Raised(Raised { status, headers: Vec::new(), said: json.into_text(), media_type: None })
            }
            Err(_) => Self::LegacyRaises,
        }
    }

    /// With one more of the exception's own headers.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Self::Raised(raised) = &mut self {
            raised.headers.push((name, value));
        }
        self
    }

    /// The detail is the whole body, of this type, as in an exception handler that answers
    /// `JSONResponse(content, status, media_type=...)`.
    #[must_use]
    pub fn as_body(mut self, media_type: &'static str) -> Self {
        if let Self::Raised(raised) = &mut self {
            raised.media_type = Some(media_type);
        }
        self
    }
}

impl Raised {
    /// Headers in Starlette's order: the exception's own, then length and type.
    pub(in crate::contract) fn answer(&self, shape: &ErrorShape) -> Response<Bytes> {
        let mut headers: HeaderMap = self.headers.iter().cloned().collect();
        let has_body = !matches!(self.status.as_u16(), ..200 | 204 | 205 | 304);
        let body = match self.media_type {
            _ if !has_body => Bytes::new(),
            None => shape.around(self.status, &self.said),
            Some(_) => Bytes::from(self.said.clone()),
        };
        if has_body || self.status == StatusCode::RESET_CONTENT {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        if has_body && !headers.contains_key(CONTENT_TYPE) {
            let media_type = self.media_type.map(HeaderValue::from_static);
            headers.insert(CONTENT_TYPE, media_type.unwrap_or_else(|| shape.media_type()));
        }
        let mut answer = Response::new(body);
        *answer.status_mut() = self.status;
        *answer.headers_mut() = headers;
        answer
    }
}

#[cfg(test)]
mod tests;
