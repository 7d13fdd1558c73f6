//! One header line: a name that is a token, a colon right behind it, a value without control characters (RFC 9112
//! section 5, RFC 9110 section 5.5).

use memchr::memchr;

use super::{Class, request_line::is_token};

pub(super) struct Header<'h> {
    pub(super) name: &'h [u8],
    /// Without the white space around it.
    pub(super) value: &'h [u8],
}

impl<'h> Header<'h> {
    pub(super) fn read(line: &'h [u8]) -> Result<Self, Class> {
        if matches!(line.first(), Some(b' ' | b'\t')) {
            return Err(Class::LineFolded);
        }
        let colon = memchr(b':', line).ok_or(Class::HeaderMalformed)?;
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if matches!(name.last(), Some(b' ' | b'\t')) {
            return Err(Class::SpaceBeforeColon);
        }
        if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) {
            return Err(Class::HeaderMalformed);
        }
        if value.iter().any(|byte| matches!(byte, 0..=8 | 10..=31 | 127)) {
            return Err(Class::ValueControlCharacter);
        }
        Ok(Self { name, value: trimmed(value) })
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// Without spaces and tabs at its ends.
pub(super) fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
