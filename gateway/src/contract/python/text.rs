//! A Python `str`: any code points, lone surrogates among them, which no Rust string can hold.

use std::borrow::Borrow;

/// Kept as UTF-8, in which a surrogate takes its three bytes like any other code point.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text(Vec<u8>);

impl Text {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Nothing where a surrogate stands alone: such a text can be neither stored nor sent.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// What it is made of where it is no Rust string: texts, and surrogates that stand alone.
    pub(super) fn parts(&self) -> Vec<Result<&str, u32>> {
        let (mut parts, mut rest) = (Vec::new(), self.0.as_slice());
        while !rest.is_empty() {
            let (text, after) = match std::str::from_utf8(rest) {
                Ok(text) => (text, &rest[rest.len()..]),
                Err(error) => {
                    let (text, after) = rest.split_at(error.valid_up_to());
                    (std::str::from_utf8(text).unwrap_or_default(), after)
                }
            };
            parts.push(Ok(text));
            rest = match after {
                [first, second, third, rest @ ..] => {
                    let low = |byte: &u8| u32::from(byte & 0x3f);
                    parts.push(Err((u32::from(first & 0x0f) << 12) | (low(second) << 6) | low(third)));
                    rest
                }
                _ => &[],
            };
        }
        parts
    }

    pub(super) fn starts_with(&self, prefix: &str) -> bool {
        self.0.starts_with(prefix.as_bytes())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

/// So that a dictionary of texts is asked for a name without making a text of it; the hashes are equal because both
/// are those of the bytes.
impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}
