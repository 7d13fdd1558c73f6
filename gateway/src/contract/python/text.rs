//! A Python `str`: any code points, lone surrogates among them, which no Rust string can hold.

use std::{
    borrow::Borrow,
    fmt,
    hash::{Hash, Hasher},
};

/// Kept as UTF-8, in which a surrogate takes its three bytes like any other code point.
#[derive(Clone)]
pub struct Text(Kept);

/// Names of members and most values are short, and allocating them cost more than all else about reading them.
#[derive(Clone)]
enum Kept {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<[u8]>),
}

/// As much as fits into a [`Value`](super::Value) that would be as large without it.
const SHORT: usize = 30;

impl Text {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut short = [0; SHORT];
        Self(match (short.get_mut(..bytes.len()), u8::try_from(bytes.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(bytes);
                Kept::Short { length, bytes: short }
            }
            _ => Kept::Long(bytes.into()),
        })
    }

    pub(in crate::contract) fn bytes(&self) -> &[u8] {
        match &self.0 {
            Kept::Short { length, bytes } => &bytes[..usize::from(*length)],
            Kept::Long(bytes) => bytes,
        }
    }

    /// Nothing where a surrogate stands alone: such a text can be neither stored nor sent.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()).ok()
    }

    /// What it is made of where it is no Rust string: texts, and surrogates that stand alone.
    pub(super) fn parts(&self) -> Vec<Result<&str, u32>> {
        let (mut parts, mut rest) = (Vec::new(), self.bytes());
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
        self.bytes().starts_with(prefix.as_bytes())
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::of(b"")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::of(text.as_bytes())
    }
}

/// So that a dictionary of texts is asked for a name without making a text of it; the hashes are equal because both
/// are those of the bytes.
impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        self.bytes()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self.bytes()).fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_length_is_what_it_was_made_of() {
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 255, 256, 300] {
            let text = "x".repeat(length);
            assert_eq!(Text::from(text.as_str()).as_str(), Some(text.as_str()));
            assert_ne!(Text::from(text.as_str()), Text::from(format!("{text}x").as_str()));
        }
        assert_eq!(Text::of(b"\xed\xa0\x80").as_str(), None);
    }
}
