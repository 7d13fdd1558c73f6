//! The twin of Starlette's `GZipMiddleware` for answers that the gateway makes itself: which are compressed, and what
//! their headers say. The compressed bytes differ from zlib build to zlib build; what they unpack to does not.
//!
//! Source: `starlette/middleware/gzip.py` (`IdentityResponder.send_with_compression`, `GZipResponder`).

use std::io::Write;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderValue, Response,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
};

use super::{asker::Asker, vary::vary};
use crate::routes::lock;

#[derive(Clone, Debug)]
pub struct GZip {
    minimum_size: usize,
    level: Compression,
    excluded: Vec<String>,
    always_varies: bool,
}

impl GZip {
    pub fn new(arguments: &lock::gzip::GZip) -> Self {
        Self {
            minimum_size: usize::try_from(arguments.minimum_size).unwrap_or(usize::MAX),
            level: Compression::new(arguments.compresslevel),
            excluded: arguments.exclude_content_types.clone(),
            always_varies: arguments.always_varies,
        }
    }

    pub(super) fn apply(&self, asker: &Asker, mut answer: Response<Bytes>) -> Response<Bytes> {
        let concerned = asker.gzip || self.always_varies;
        if !concerned || answer.body().len() < self.minimum_size || self.leaves_alone(answer.headers()) {
            return answer;
        }
        // The versions that always vary say so first.
        if self.always_varies {
            vary(answer.headers_mut(), "Accept-Encoding");
        }
        if asker.gzip
            && let Ok(packed) = pack(answer.body(), self.level)
        {
            let headers = answer.headers_mut();
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            headers.insert(CONTENT_LENGTH, HeaderValue::from(packed.len()));
            *answer.body_mut() = packed;
        }
        if !self.always_varies {
            vary(answer.headers_mut(), "Accept-Encoding");
        }
        answer
    }

    fn leaves_alone(&self, headers: &HeaderMap) -> bool {
        let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let media_type = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let kind = media_type.split('/').next().unwrap_or("");
        let is_excluded = |excluded: &String| {
            *excluded == media_type || excluded.strip_suffix("/*").is_some_and(|all| all == kind)
        };
        headers.contains_key(CONTENT_ENCODING) || self.excluded.iter().any(is_excluded)
    }
}

fn pack(body: &[u8], level: Compression) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2), level);
    encoder.write_all(body)?;
    Ok(encoder.finish()?.into())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    const JSON: &str = "application/json";

    fn gzip(always_varies: bool) -> GZip {
        let excluded =
            if always_varies { vec!["text/event-stream".to_owned(), "audio/*".to_owned()] } else { vec![] };
        GZip { minimum_size: 10, level: Compression::new(9), excluded, always_varies }
    }

    fn check(gzip: &GZip, asks: bool, body: &str, kind: &str, expected: &[&str]) {
        let asker = Asker { origin: None, cookie: false, gzip: asks };
        let answer = Response::builder().header(CONTENT_LENGTH, body.len()).header(CONTENT_TYPE, kind);
        let answer = gzip.apply(&asker, answer.body(Bytes::from(body.to_owned())).expect("legal"));
        let names: Vec<_> = answer.headers().keys().skip(2).map(http::HeaderName::as_str).collect();
        assert_eq!(names, expected, "{gzip:?} {asks} {kind}");
        assert_eq!(answer.headers()[CONTENT_LENGTH], answer.body().len().to_string());
        let mut plain = String::new();
        if names.contains(&"content-encoding") {
            flate2::read::GzDecoder::new(&answer.body()[..]).read_to_string(&mut plain).expect("gzip");
        } else {
            plain.push_str(std::str::from_utf8(answer.body()).expect("text"));
        }
        assert_eq!(plain, body);
    }

    #[test]
    fn an_answer_is_compressed_when_it_is_asked_for_and_large_enough() {
        for (version, packed) in [(false, ["content-encoding", "vary"]), (true, ["vary", "content-encoding"])]
        {
            check(&gzip(version), true, "0123456789", JSON, &packed);
            check(&gzip(version), true, "012345678", JSON, &[]);
            check(&gzip(version), true, &"large".repeat(20_000), JSON, &packed);
        }
        check(&gzip(false), false, "0123456789", JSON, &[]);
        check(&gzip(true), false, "0123456789", JSON, &["vary"]);
    }

    #[test]
    fn what_the_version_excludes_is_left_alone() {
        for kind in ["text/event-stream; charset=utf-8", "Audio/ogg"] {
            check(&gzip(true), true, "0123456789", kind, &[]);
            check(&gzip(false), true, "0123456789", kind, &["content-encoding", "vary"]);
        }
    }

    #[test]
    fn the_word_counts_wherever_it_stands() {
        for (value, accepts) in [("gzip", true), ("br, gzip;q=0", true), ("GZIP", false), ("br", false)] {
            let headers =
                HeaderMap::from_iter([(http::header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(Asker::of(&headers).gzip, accepts, "{value}");
        }
    }
}
