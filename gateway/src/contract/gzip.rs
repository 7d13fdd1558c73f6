//! The twin of Starlette's `GZipMiddleware`, for what a cache must know: answers of the gateway vary as the legacy's.
//!
//! It does not compress: the client may always be answered uncompressed, and no two compressors give the same bytes.
//! Source: `starlette/middleware/gzip.py` (`send_with_compression`).

use http::{HeaderMap, header::CONTENT_ENCODING};

use super::cors::{Asker, vary};
use crate::routes::lock::layer;

#[derive(Clone, Debug)]
pub struct Gzip {
    minimum_size: u64,
    varies_uncompressed: bool,
}

impl Gzip {
    pub fn new(arguments: &layer::Gzip) -> Self {
        Self { minimum_size: arguments.minimum_size, varies_uncompressed: arguments.varies_uncompressed }
    }

    /// `size` is that of the body; a stream has none, and counts as long.
    pub fn apply(&self, asker: &Asker, size: Option<u64>, headers: &mut HeaderMap) {
        let is_long = size.is_none_or(|size| size >= self.minimum_size);
        let is_concerned = self.varies_uncompressed || asker.accepts_gzip();
        if is_long && is_concerned && !headers.contains_key(CONTENT_ENCODING) {
            vary(headers, "Accept-Encoding");
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::ACCEPT_ENCODING, header::VARY};

    use super::*;

    fn check(varies_uncompressed: bool, accepted: Option<&str>, size: Option<u64>, expected: bool) {
        let mut request = HeaderMap::new();
        if let Some(accepted) = accepted {
            request.insert(ACCEPT_ENCODING, HeaderValue::from_str(accepted).expect("legal"));
        }
        let gzip = Gzip { minimum_size: 1000, varies_uncompressed };
        let mut headers = HeaderMap::new();
        gzip.apply(&Asker::of(&request), size, &mut headers);
        let seen = headers.get(VARY).map(|value| value.to_str().expect("ascii"));
        assert_eq!(seen, expected.then_some("Accept-Encoding"), "{gzip:?} {accepted:?} {size:?}");
    }

    #[test]
    fn a_long_answer_varies_as_the_version_has_it() {
        for (accepted, compressed) in
            [(None, false), (Some("br"), false), (Some("gzip"), true), (Some("br, x-gzip;q=0"), true)]
        {
            check(false, accepted, Some(1000), compressed);
            check(true, accepted, Some(1000), true);
            check(false, accepted, None, compressed);
            check(true, accepted, None, true);
            check(true, accepted, Some(999), false);
            check(false, accepted, Some(999), false);
        }
    }

    #[test]
    fn what_is_encoded_already_is_left_alone() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        let gzip = Gzip { minimum_size: 0, varies_uncompressed: true };
        gzip.apply(&Asker::of(&HeaderMap::new()), Some(5), &mut headers);
        assert!(!headers.contains_key(VARY));
    }
}
