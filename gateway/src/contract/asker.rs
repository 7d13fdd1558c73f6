//! What the twins of the legacy's middlewares look at in a request.

use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT_ENCODING, COOKIE, ORIGIN},
};

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
