//! What the framework answers where no route does: 404, 405, slash redirects, and WebSockets that nobody takes.
//!
//! Source: `starlette/routing.py` (`Router.app`, `Route.handle`), `starlette/datastructures.py` (`URL`).

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{ALLOW, CONNECTION, CONTENT_LENGTH, LOCATION},
};

use super::{
    Contract,
    profile::ErrorAnswer,
    rendering::{plain_text, recorded},
};
use crate::routes::{authority::Authority, matching::AppId};

/// A request that reached no route of the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrouted {
    /// Answered by the CORS middleware of the application, for any path.
    Preflight,
    /// The methods of the first row that knows the path.
    MethodNotAllowed {
        allow: Vec<String>,
    },
    /// Path and query of where to ask instead.
    SlashRedirect {
        location: String,
    },
    NotFound,
    WebSocket,
    /// A converter raised.
    Raises,
}

impl Contract {
    pub fn not_found(&self, app: AppId) -> Response<Bytes> {
        match &self.errors(app).not_found {
            Some(answer) => recorded(answer),
            None => self.told(app, StatusCode::NOT_FOUND, HeaderMap::new(), "Not Found"),
        }
    }

    /// The legacy lists several methods in the order of a Python set, another one in each process; here they are sorted.
    pub fn method_not_allowed(&self, app: AppId, allow: &[String]) -> Response<Bytes> {
        let allow = allow.join(", ");
        if let Some(answer) = &self.errors(app).method_not_allowed {
            return recorded(&filled(answer, &allow));
        }
        let mut headers = HeaderMap::new();
        if let Ok(allow) = HeaderValue::from_str(&allow) {
            headers.insert(ALLOW, allow);
        }
        self.told(app, StatusCode::METHOD_NOT_ALLOWED, headers, "Method Not Allowed")
    }
}

const ALLOW_PLACE: &str = "{allow}";

fn filled(answer: &ErrorAnswer, allow: &str) -> ErrorAnswer {
    let mut answer = answer.clone();
    for (_, value) in &mut answer.headers {
        let text = value.to_str().unwrap_or_default().replace(ALLOW_PLACE, allow);
        if text.contains(allow)
            && let Ok(filled) = HeaderValue::from_str(&text)
        {
            *value = filled;
        }
    }
    answer
}

/// An absolute `Location`, as `URL(scope)` builds it; one without an authority where the request named none.
pub fn redirect(authority: Option<&Authority>, scheme: &str, location: &str) -> Response<Bytes> {
    let absolute = authority
        .map_or_else(|| location.to_owned(), |authority| format!("{scheme}://{authority}{location}"));
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    if let Ok(location) = HeaderValue::from_str(&absolute) {
        answer.headers_mut().insert(LOCATION, location);
    }
    answer
}

/// uvicorn's own answer to a handshake that the application closes; no middleware has seen it.
pub fn websocket_refused() -> Response<Bytes> {
    let headers = HeaderMap::from_iter([(CONNECTION, HeaderValue::from_static("close"))]);
    plain_text(StatusCode::FORBIDDEN, headers, "")
}
