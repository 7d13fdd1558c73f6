//! Hashes that do not say how they were made: `sha256(salt+password)` and its like, written in the profile.
//!
//! Digests give bytes, `hex` and `base64` give text, `+` joins; what is bytes at the end is stored in hexadecimal.

mod parse;

use std::fmt;

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512};
use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest as _, Md5};

pub use parse::BadTemplate;

use super::Unusable;

/// How the text in the column comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    root: Term,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Password,
    Salt,
    Digest(Algorithm, Box<Term>),
    Hex(Box<Term>),
    Base64(Box<Term>),
    Joined(Vec<Term>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

/// Where the salt of a template stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Salt {
    /// In a column of its own.
    Column(String),
    /// Before the hash, in the same column, up to this character.
    Before(char),
    After(char),
}

impl Template {
    pub fn uses_salt(&self) -> bool {
        self.root.uses_salt()
    }

    /// Of which there are two spellings, that mean the same.
    pub(super) fn is_hex(&self) -> bool {
        matches!(self.root, Term::Digest(..) | Term::Hex(_))
    }

    /// The text as it stands in the column, but for a salt beside it.
    pub(super) fn text(&self, password: &[u8], salt: &[u8]) -> Vec<u8> {
        let shown = self.root.bytes(password, salt);
        if self.root.is_text() { shown } else { hex(&shown).into_bytes() }
    }
}

impl Term {
    fn uses_salt(&self) -> bool {
        match self {
            Self::Password => false,
            Self::Salt => true,
            Self::Digest(_, inner) | Self::Hex(inner) | Self::Base64(inner) => inner.uses_salt(),
            Self::Joined(terms) => terms.iter().any(Self::uses_salt),
        }
    }

    fn is_text(&self) -> bool {
        match self {
            Self::Digest(..) => false,
            Self::Password | Self::Salt | Self::Hex(_) | Self::Base64(_) => true,
            Self::Joined(terms) => terms.iter().all(Self::is_text),
        }
    }

    /// Whether the password itself could be read from what is stored.
    fn shows_password(&self) -> bool {
        match self {
            Self::Password => true,
            Self::Salt | Self::Digest(..) => false,
            Self::Hex(inner) | Self::Base64(inner) => inner.shows_password(),
            Self::Joined(terms) => terms.iter().any(Self::shows_password),
        }
    }

    fn uses_password(&self) -> bool {
        match self {
            Self::Password => true,
            Self::Salt => false,
            Self::Digest(_, inner) | Self::Hex(inner) | Self::Base64(inner) => inner.uses_password(),
            Self::Joined(terms) => terms.iter().any(Self::uses_password),
        }
    }

    fn bytes(&self, password: &[u8], salt: &[u8]) -> Vec<u8> {
        match self {
            Self::Password => password.to_vec(),
            Self::Salt => salt.to_vec(),
            Self::Digest(algorithm, inner) => algorithm.digest(&inner.bytes(password, salt)),
            Self::Hex(inner) => hex(&inner.bytes(password, salt)).into_bytes(),
            Self::Base64(inner) => STANDARD.encode(inner.bytes(password, salt)).into_bytes(),
            Self::Joined(terms) => terms.iter().flat_map(|term| term.bytes(password, salt)).collect(),
        }
    }
}

impl Algorithm {
    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let by = |algorithm| digest::digest(algorithm, bytes).as_ref().to_vec();
        match self {
            Self::Md5 => Md5::digest(bytes).to_vec(),
            Self::Sha1 => by(&SHA1_FOR_LEGACY_USE_ONLY),
            Self::Sha256 => by(&SHA256),
            Self::Sha512 => by(&SHA512),
        }
    }
}

impl Salt {
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Column(column) => Some(column),
            Self::Before(_) | Self::After(_) => None,
        }
    }

    /// Hash and salt of what is stored.
    pub(super) fn split<'s>(
        &self,
        stored: &'s str,
        companion: Option<&'s str>,
    ) -> Result<(&'s str, &'s str), Unusable> {
        match self {
            Self::Column(_) => Ok((stored, companion.ok_or(Unusable::NoSalt)?)),
            Self::Before(by) => {
                let (salt, hash) = stored.split_once(*by).ok_or(Unusable::Unknown)?;
                Ok((hash, salt))
            }
            Self::After(by) => stored.rsplit_once(*by).ok_or(Unusable::Unknown),
        }
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(column) => write!(formatter, "column:{column}"),
            Self::Before(by) => write!(formatter, "before:{by}"),
            Self::After(by) => write!(formatter, "after:{by}"),
        }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

#[cfg(test)]
mod tests;
