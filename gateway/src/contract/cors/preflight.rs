//! The answer to a preflight, which never reaches a route.
//!
//! Source: `starlette/middleware/cors.py` (`preflight_response`).

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
        ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
    },
};

use super::Cors;
use crate::{contract::rendering::plain_text, routes::lock};

const REQUEST_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// What depends on the arguments alone.
#[derive(Clone, Debug)]
pub(super) struct Preflight {
    /// In their order.
    headers: HeaderMap,
    methods: Vec<String>,
    /// In lower case; none: all.
    allowed_headers: Option<Vec<String>>,
    /// None: a version that does not know of it.
    private_network: Option<bool>,
}

/// Always allowed, whatever the arguments.
const SAFE: [&str; 4] = ["Accept", "Accept-Language", "Content-Language", "Content-Type"];

const VARIES: &str = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, \
                      Access-Control-Request-Private-Network";

/// What asks before the request itself may be sent.
pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

impl Preflight {
    pub(super) fn new(arguments: &lock::cors::Cors) -> Self {
        let has_all = |names: &[String]| names.iter().any(|name| name == "*");
        let mut headers = HeaderMap::new();
        let mut put = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        let echoes = !has_all(&arguments.allow_origins) || arguments.allow_credentials;
        match (arguments.allow_private_network, echoes) {
            (Some(_), _) => put(VARY, VARIES),
            (None, true) => put(VARY, "Origin"),
            (None, false) => {}
        }
        if !echoes {
            put(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        }
        put(ACCESS_CONTROL_ALLOW_METHODS, &arguments.allow_methods.join(", "));
        put(ACCESS_CONTROL_MAX_AGE, &arguments.max_age.to_string());
        let mut names: Vec<&str> =
            SAFE.into_iter().chain(arguments.allow_headers.iter().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        let allows_all = has_all(&arguments.allow_headers);
        if !allows_all {
            put(ACCESS_CONTROL_ALLOW_HEADERS, &names.join(", "));
        }
        if arguments.allow_credentials {
            put(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        Self {
            headers,
            methods: arguments.allow_methods.clone(),
            allowed_headers: (!allows_all).then(|| names.iter().map(|name| name.to_lowercase()).collect()),
            private_network: arguments.allow_private_network,
        }
    }
}

impl Cors {
    /// `asked`: the headers of a preflight.
    pub(in crate::contract) fn preflight(&self, asked: &HeaderMap) -> Response<Bytes> {
        let rules = &self.preflight;
        let mut headers = rules.headers.clone();
        let mut failures = Vec::new();
        if let Some(origin) = asked.get(ORIGIN) {
            if !self.allows_all() && !self.allows(origin) {
                failures.push("origin");
            } else if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            }
        }
        let method = asked.get(ACCESS_CONTROL_REQUEST_METHOD);
        if !method
            .is_some_and(|method| rules.methods.iter().any(|known| known.as_bytes() == method.as_bytes()))
        {
            failures.push("method");
        }
        match (&rules.allowed_headers, asked.get(ACCESS_CONTROL_REQUEST_HEADERS)) {
            (_, None) => {}
            (None, Some(wanted)) => {
                headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
            }
            (Some(known), Some(wanted)) => {
                let wanted: String = wanted.as_bytes().iter().map(|byte| char::from(*byte)).collect();
                let is_known = |name: &str| known.iter().any(|known| *known == name.to_lowercase().trim());
                if !wanted.split(',').all(is_known) {
                    failures.push("headers");
                }
            }
        }
        match rules.private_network {
            Some(allowed) if asked.contains_key(REQUEST_PRIVATE_NETWORK) => {
                if allowed {
                    headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
                } else {
                    failures.push("private-network");
                }
            }
            Some(_) | None => {}
        }
        if failures.is_empty() {
            return plain_text(StatusCode::OK, headers, "OK");
        }
        let told = format!("Disallowed CORS {}", failures.join(", "));
        plain_text(StatusCode::BAD_REQUEST, headers, &told)
    }
}
