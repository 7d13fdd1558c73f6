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
