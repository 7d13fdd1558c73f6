//! A good answer: its status, its own headers, and what its body shows.

use std::{fmt, sync::Arc};

use axum::response::{IntoResponse, Response as AxumResponse};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION},
};
use percent_encoding::utf8_percent_encode;

use super::Answer;
use crate::{
    contract::{Failure, json::Framework},
    routes::matching::QUOTED,
};

#[derive(Clone)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Body,
}

#[derive(Clone)]
enum Body {
    /// The route answers without one; a 204 has a type all the same, though nothing is of it.
    None,
    Json(Arc<dyn Answer>),
    /// A `Response` of the handler's own making, its type among the headers.
    Bytes(Bytes),
}

impl Reply {
    pub fn ok(body: impl Answer) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), body: Body::Json(Arc::new(body)) }
    }

    /// Where the profile says it.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub fn created(body: impl Answer) -> Self {
        Self { status: StatusCode::CREATED, ..Self::ok(body) }
    }

    pub fn accepted(body: impl Answer) -> Self {
        Self { status: StatusCode::ACCEPTED, ..Self::ok(body) }
    }

    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: Body::None }
    }

    /// `Response(content, media_type=...)`: a text says that it is UTF-8.
    pub fn bytes(media_type: &'static str, content: impl Into<Bytes>) -> Self {
        let kind = if media_type.starts_with("text/") && !media_type.contains("charset=") {
            HeaderValue::from_str(&format!("{media_type}; charset=utf-8"))
        } else {
            HeaderValue::from_str(media_type)
        };
        let kind = kind.expect("the media type is a literal of the handler's");
        let reply = Self { status: StatusCode::OK, headers: Vec::new(), body: Body::Bytes(content.into()) };
        reply.header("content-type", kind)
    }

    /// `RedirectResponse(location)`: 307, with method and body as they were.
    pub fn redirect(location: &str) -> Self {
        let location = utf8_percent_encode(location, QUOTED).to_string();
        let location =
            HeaderValue::try_from(location).expect("what is escaped is ASCII without control characters");
        let status = StatusCode::TEMPORARY_REDIRECT;
        let reply = Self { status, headers: Vec::new(), body: Body::Bytes(Bytes::new()) };
        reply.header(LOCATION.as_str(), location)
    }

    /// `RedirectResponse(location, 303)`: to be asked with GET.
    pub fn see_other(location: &str) -> Self {
        Self { status: StatusCode::SEE_OTHER, ..Self::redirect(location) }
    }

    /// The client has it already, and is told by which mark it does.
    pub fn not_modified() -> Self {
        Self { status: StatusCode::NOT_MODIFIED, headers: Vec::new(), body: Body::Bytes(Bytes::new()) }
    }

    /// For how long it may be kept, and the mark to ask with after that; both are of our own making, thus ASCII.
    #[must_use]
    pub fn validated(self, etag: &str, kept: &'static str) -> Self {
        let reply = self.header("cache-control", HeaderValue::from_static(kept));
        match HeaderValue::from_str(etag) {
            Ok(etag) => reply.header("etag", etag),
            Err(_) => reply,
        }
    }

    /// What the original puts into `response.headers`.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<HeaderValue>) -> Self {
        self.headers.push((HeaderName::from_static(name), value.into()));
        self
    }

    /// For answers that hold a secret (RFC 6749 section 5.1).
    #[must_use]
    pub fn never_stored(self) -> Self {
        self.header("cache-control", HeaderValue::from_static("no-store"))
    }

    /// The bytes of this legacy. What is stored may be nothing that Python can write: it then raises, after the work.
    pub fn render(self, framework: Framework) -> Result<Response<Bytes>, Failure> {
        let json = HeaderValue::from_static("application/json");
        let (bytes, length, kind) = match &self.body {
            Body::None => (Bytes::new(), false, Some(json)),
            Body::Json(body) => (framework.render(&**body)?, true, Some(json)),
            Body::Bytes(bytes) => (bytes.clone(), true, None),
        };
        let mut headers = HeaderMap::new();
        if length {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        }
        headers.extend(kind.map(|kind| (CONTENT_TYPE, kind)));
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        let mut response = Response::new(bytes);
        *response.status_mut() = self.status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// It travels in the answer, and is rendered by whoever knows the legacy's framework.
impl IntoResponse for Reply {
    fn into_response(self) -> AxumResponse {
        let mut answer = AxumResponse::default();
        answer.extensions_mut().insert(self);
        answer
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}
