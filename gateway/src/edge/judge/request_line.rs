//! The request line: method, target and version, one space between them (RFC 9112 section 3).

use memchr::memchr;

use super::Class;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Http10,
    Http11,
}

pub(super) struct RequestLine<'h> {
    pub(super) method: &'h [u8],
    pub(super) target: &'h [u8],
    pub(super) version: Version,
}

impl<'h> RequestLine<'h> {
    pub(super) fn read(line: &'h [u8]) -> Result<Self, Class> {
        let malformed = Class::RequestLineMalformed;
        let method_end = memchr(b' ', line).ok_or(malformed)?;
        let (method, rest) = (&line[..method_end], &line[method_end + 1..]);
        let target_end = memchr(b' ', rest).ok_or(malformed)?;
        let (target, version) = (&rest[..target_end], &rest[target_end + 1..]);
        if method.is_empty() || target.is_empty() || !method.iter().all(|byte| is_token(*byte)) {
            return Err(malformed);
        }
        let version = match version {
            b"HTTP/1.1" => Version::Http11,
            b"HTTP/1.0" => Version::Http10,
            _ if is_version(version) => return Err(Class::VersionUnknown),
            _ => return Err(malformed),
        };
        Ok(Self { method, target, version })
    }
}

/// One that HTTP could have (RFC 9112 section 2.3).
fn is_version(text: &[u8]) -> bool {
    matches!(text, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
        if major.is_ascii_digit() && minor.is_ascii_digit())
}

/// RFC 9110 section 5.6.2.
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}
