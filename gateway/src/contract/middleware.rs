//! The legacy's middlewares that an answer made by the gateway must pass through as the legacy's own would.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response,
    header::{ACCEPT_ENCODING, COOKIE, ORIGIN, VARY},
};

use super::{cors::Cors, gzip::GZip};
use crate::routes::lock;

/// One that is imitated, its arguments resolved.
#[derive(Clone, Debug)]
pub enum Middleware {
    Cors(Cors),
    GZip(GZip),
}

/// What the middlewares look at in a request.
#[derive(Clone)]
pub struct Asker {
    pub(super) origin: Option<HeaderValue>,
    pub(super) cookie: bool,
    pub(super) gzip: bool,
}

impl Asker {
    pub fn of(headers: &HeaderMap) -> Self {
        // The word anywhere in the first such header: `gzip;q=0` counts for Starlette.
        let accepts = |value: &HeaderValue| value.as_bytes().windows(4).any(|word| word == b"gzip");
        Self {
            origin: headers.get(ORIGIN).cloned(),
            cookie: headers.contains_key(COOKIE),
            gzip: headers.get(ACCEPT_ENCODING).is_some_and(accepts),
        }
    }

    /// Whether its answer may have to be compressed, which takes time.
    pub fn accepts_gzip(&self) -> bool {
        self.gzip
    }
}

impl Middleware {
    pub fn of(locked: &lock::Middleware, starlette: &str) -> Option<Self> {
        let cors = locked.cors.as_ref().map(|arguments| Self::Cors(Cors::new(arguments, starlette)));
        cors.or_else(|| locked.gzip.as_ref().map(|arguments| Self::GZip(GZip::new(arguments))))
    }

    pub fn is_cors(&self) -> bool {
        matches!(self, Self::Cors(_))
    }
}

/// The answer as it leaves the outermost of these middlewares; the innermost is the first.
pub fn pass(layers: &[Middleware], asker: &Asker, mut answer: Response<Bytes>) -> Response<Bytes> {
    for layer in layers {
        match layer {
            Middleware::Cors(cors) => cors.apply(asker, answer.headers_mut()),
            Middleware::GZip(gzip) => answer = gzip.apply(asker, answer),
        }
    }
    answer
}

/// Starlette joins what stands there with the new name, in one header.
pub(super) fn vary(headers: &mut HeaderMap, name: &str) {
    let mut names: Vec<String> = headers
        .get_all(VARY)
        .into_iter()
        .map(|value| value.as_bytes().iter().map(|byte| char::from(*byte)).collect())
        .collect();
    names.push(name.to_owned());
    set(headers, VARY, &names.join(", "));
}

pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}
