//! Where the body ends: by one length, or by chunks, never by both (RFC 9112 section 6).

use super::{Class, Header, Version};

/// What follows a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    Length(u64),
    Chunked,
}

#[derive(Default)]
pub(super) struct Framing {
    length: Option<u64>,
    is_chunked: bool,
}

impl Framing {
    pub(super) fn look_at(&mut self, header: &Header<'_>) -> Result<(), Class> {
        if header.is("content-length") {
            let length = length(header.value)?;
            // Equal ones too: h11 takes them, httptools does not.
            if self.length.replace(length).is_some() {
                return Err(Class::LengthTwice);
            }
        } else if header.is("transfer-encoding") {
            if self.is_chunked || !header.value.eq_ignore_ascii_case(b"chunked") {
                return Err(Class::EncodingNotChunked);
            }
            self.is_chunked = true;
        }
        Ok(())
    }

    pub(super) fn judge(&self, version: Version) -> Result<Body, Class> {
        match (self.is_chunked, self.length) {
            (true, Some(_)) => Err(Class::LengthAndEncoding),
            (true, None) if version == Version::Http10 => Err(Class::EncodingOnOldVersion),
            (true, None) => Ok(Body::Chunked),
            (false, length) => Ok(Body::Length(length.unwrap_or(0))),
        }
    }
}

/// Digits alone: no sign, no list, nothing that is too large for a number.
fn length(value: &[u8]) -> Result<u64, Class> {
    let text = std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    text.and_then(|text| text.parse().ok()).ok_or(Class::LengthMalformed)
}
