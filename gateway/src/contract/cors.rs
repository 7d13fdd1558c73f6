//! The twin of Starlette's `CORSMiddleware` for answers that the gateway makes itself.
//!
//! Source: `starlette/middleware/cors.py` (`simple_response`, `send`). Preflights go to the legacy as long as there is
//! one.

mod preflight;

use http::{
    HeaderMap, HeaderValue,
    header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS},
};
use regex::Regex;

use super::{asker::Asker, vary::vary};
use crate::routes::lock;
use preflight::Preflight;

pub use preflight::is_preflight;

/// One CORS middleware of the legacy with its arguments resolved.
#[derive(Clone, Debug)]
pub struct Cors {
    origins: Vec<String>,
    origin_regex: Option<Regex>,
    credentials: bool,
    expose: Vec<String>,
    /// Starlette 1.x decides by `allow_credentials` and always varies; before, by the request's cookie, and only
    /// where an origin is echoed.
    always_varies: bool,
    preflight: Preflight,
}

/// What `allow_origin_regex` means, none where only Python can run it.
pub fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&format!(r"\A(?:{pattern})\z")).ok()
}

impl Cors {
    /// A pattern that only Python can run allows nothing here: the browser then hides our own errors, no more.
    pub fn new(arguments: &lock::cors::Cors, starlette: &str) -> Self {
        let major: u32 = starlette.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
        Self {
            origins: arguments.allow_origins.clone(),
            origin_regex: arguments.allow_origin_regex.as_deref().and_then(compile),
            credentials: arguments.allow_credentials,
            expose: arguments.expose_headers.clone(),
            always_varies: major >= 1,
            preflight: Preflight::new(arguments),
        }
    }

    pub fn apply(&self, asker: &Asker, headers: &mut HeaderMap) {
        let all = self.allows_all();
        let Some(origin) = &asker.origin else {
            if self.always_varies {
                vary(headers, "Origin");
            }
            return;
        };
        if all {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        if self.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        if !self.expose.is_empty()
            && let Ok(names) = HeaderValue::from_str(&self.expose.join(", "))
        {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, names);
        }
        let echo_despite_all = if self.always_varies { self.credentials } else { asker.cookie };
        if (all && echo_despite_all) || (!all && self.allows(origin)) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            vary(headers, "Origin");
        } else if self.always_varies {
            vary(headers, "Origin");
        }
    }

    fn allows_all(&self) -> bool {
        self.origins.iter().any(|origin| origin == "*")
    }

    fn allows(&self, origin: &HeaderValue) -> bool {
        // Starlette reads header values as Latin-1.
        let origin: String = origin.as_bytes().iter().map(|byte| char::from(*byte)).collect();
        self.origin_regex.as_ref().is_some_and(|regex| regex.is_match(&origin))
            || self.origins.contains(&origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cors: &Cors, origin: Option<&str>, cookie: bool, expected: &[(&str, &str)]) {
        let origin = origin.map(|text| HeaderValue::from_str(text).expect("legal"));
        let asker = Asker { origin, cookie, gzip: false };
        let mut headers = HeaderMap::new();
        cors.apply(&asker, &mut headers);
        let seen: Vec<_> =
            headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("ascii"))).collect();
        assert_eq!(seen, expected, "{cors:?} {:?} cookie={cookie}", asker.origin);
    }

    fn cors(origins: &[&str], credentials: bool, always_varies: bool) -> Cors {
        let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
        let arguments = lock::cors::Cors {
            allow_origins: origins,
            allow_methods: vec!["GET".to_owned()],
            allow_headers: Vec::new(),
            expose_headers: Vec::new(),
            allow_origin_regex: None,
            allow_credentials: credentials,
            max_age: 600,
            allow_private_network: always_varies.then_some(false),
        };
        Cors::new(&arguments, if always_varies { "1.10.0" } else { "0.41.3" })
    }

    const ORIGIN: &str = "http://a.example";
    const ALLOW: &str = "access-control-allow-origin";
    const CREDENTIALS: (&str, &str) = ("access-control-allow-credentials", "true");

    #[test]
    fn a_listed_origin_is_echoed_and_another_is_not() {
        for version in [false, true] {
            let listed = cors(&[ORIGIN], true, version);
            check(&listed, Some(ORIGIN), false, &[CREDENTIALS, (ALLOW, ORIGIN), ("vary", "Origin")]);
        }
        check(&cors(&[ORIGIN], true, false), Some("http://b.example"), false, &[CREDENTIALS]);
        check(
            &cors(&[ORIGIN], true, true),
            Some("http://b.example"),
            false,
            &[CREDENTIALS, ("vary", "Origin")],
        );
        check(&cors(&[ORIGIN], true, false), None, true, &[]);
        check(&cors(&[ORIGIN], true, true), None, true, &[("vary", "Origin")]);
    }

    #[test]
    fn a_wildcard_gives_way_to_the_origin_as_the_version_has_it() {
        check(&cors(&["*"], false, false), Some(ORIGIN), false, &[(ALLOW, "*")]);
        check(&cors(&["*"], false, false), Some(ORIGIN), true, &[(ALLOW, ORIGIN), ("vary", "Origin")]);
        check(&cors(&["*"], false, true), Some(ORIGIN), true, &[(ALLOW, "*"), ("vary", "Origin")]);
        let with_credentials = [(ALLOW, ORIGIN), CREDENTIALS, ("vary", "Origin")];
        check(&cors(&["*"], true, true), Some(ORIGIN), false, &with_credentials);
    }
}
