//! A good answer: its status, its own headers, and what its body shows.

use std::{fmt, sync::Arc};

use axum::response::{IntoResponse, Response as AxumResponse};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};

use super::Answer;
use crate::contract::{Failure, json::Framework};

#[derive(Clone)]
pub struct Reply {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// None: the route answers without a body.
    body: Option<Arc<dyn Answer>>,
}

impl Reply {
    pub fn ok(body: impl Answer) -> Self {
        Self { status: StatusCode::OK, headers: Vec::new(), body: Some(Arc::new(body)) }
    }

    pub fn created(body: impl Answer) -> Self {
        Self { status: StatusCode::CREATED, ..Self::ok(body) }
    }

    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: None }
    }

    /// What the original puts into `response.headers`.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<HeaderValue>) -> Self {
        self.headers.push((HeaderName::from_static(name), value.into()));
        self
    }

    /// The bytes of this legacy. What is stored may be nothing that Python can write: it then raises, after the work.
    pub fn render(self, framework: Framework) -> Result<Response<Bytes>, Failure> {
        let mut headers = HeaderMap::new();
        let mut bytes = Bytes::new();
        if let Some(body) = &self.body {
            bytes = framework.render(&**body)?;
            headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        }
        // A 204 has a type, though nothing is of it.
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.headers);
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
