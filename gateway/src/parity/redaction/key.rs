//! The key that pseudonyms are made with: without it, nobody can tell which value a pseudonym stands for by trying values.

use std::fmt::{self, Debug, Formatter};

use aws_lc_rs::{hmac, rand};

/// Shorter, and it could be found by trying.
const SHORTEST: usize = 16;

/// Cannot be printed.
#[derive(Clone)]
pub struct Key(hmac::Key);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key of {0} bytes can be found by trying; 32 random bytes cannot")]
pub struct KeyTooShort(usize);

impl Key {
    /// For one recording, forgotten with the process.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).expect("the system has randomness, or nothing of TLS would have worked");
        Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    }

    /// For recordings that are to agree on their pseudonyms.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyTooShort> {
        if bytes.len() < SHORTEST {
            return Err(KeyTooShort(bytes.len()));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes)))
    }

    /// 32 bytes that only this key makes of the value, others for another purpose.
    pub(super) fn digest(&self, purpose: &str, value: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(value);
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        digest
    }
}

impl Debug for Key {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("<key>")
    }
}
