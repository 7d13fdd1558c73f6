//! The refresh token as text: which session and generation it is, and that nobody but us can have written it.
//!
//! `rt1.` and base64url of version, key, handle, generation and a MAC over these. The database knows the hash of a
//! handle only, so neither a copy of it nor the key alone makes a token; and since a successor is computed, who asks
//! for it twice gets the same bytes.

use std::fmt;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
    error::Unspecified,
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

const PREFIX: &str = "rt1.";
const VERSION: u8 = 1;

const HANDLE: usize = 16;
const MAC: usize = 16;
const SAID: usize = 2 + HANDLE + 4;
const BYTES: usize = SAID + MAC;

/// Of the whole text, which is never longer or shorter.
const LENGTH: usize = PREFIX.len() + (BYTES * 4).div_ceil(3);

/// One generation of one session's token. Never shown but by `encode`.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    handle: [u8; HANDLE],
    generation: i32,
}

impl RefreshToken {
    /// The first of a new session.
    pub fn draw() -> Result<Self, Unspecified> {
        let mut handle = [0; HANDLE];
        rand::fill(&mut handle)?;
        Ok(Self { handle, generation: 0 })
    }

    /// The token that this text is, if `mac` makes the same of it: without the key of that number, nothing is.
    pub fn decode(text: &str, mac: impl FnOnce(u8, &[u8]) -> Option<[u8; MAC]>) -> Option<Self> {
        if text.len() != LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (said, proof) = bytes.split_at_checked(SAID)?;
        let [VERSION, key, rest @ ..] = said else { return None };
        verify_slices_are_equal(&mac(*key, said)?, proof).ok()?;
        let (handle, generation) = rest.split_first_chunk()?;
        let generation = u32::from_be_bytes(generation.try_into().ok()?);
        Some(Self { handle: *handle, generation: generation.try_into().ok()? })
    }

    /// With the key of this number; None where there is no such key.
    pub fn encode(&self, key: u8, mac: impl FnOnce(u8, &[u8]) -> Option<[u8; MAC]>) -> Option<String> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend([VERSION, key]);
        bytes.extend(self.handle);
        bytes.extend(self.generation.cast_unsigned().to_be_bytes());
        let proof = mac(key, &bytes)?;
        bytes.extend(proof);
        let mut text = String::with_capacity(LENGTH);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(&bytes, &mut text);
        Some(text)
    }

    /// The same session's token of another generation.
    #[must_use]
    pub fn at(&self, generation: i32) -> Self {
        Self { handle: self.handle, generation }
    }

    pub fn generation(&self) -> i32 {
        self.generation
    }

    /// What the database knows the session by.
    pub fn handle_digest(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &self.handle).as_ref());
        hash
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RefreshToken").field("generation", &self.generation).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
