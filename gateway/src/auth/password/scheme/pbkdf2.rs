//! passlib's `$pbkdf2-sha256$29000$salt$hash` and its like: base64 with `.` for `+`, and no padding.

use std::num::NonZero;

use aws_lc_rs::pbkdf2::{self, Algorithm, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use base64::Engine;

use super::{
    alphabet::OF_PASSLIB,
    number::{decimal, fields},
};
use crate::auth::password::Unusable;

pub(in crate::auth::password) const MOST_ROUNDS: u32 = 2_000_000;
const LONGEST_SALT: usize = 256;

pub(in crate::auth::password) struct Pbkdf2Hash {
    digest: Pbkdf2Digest,
    rounds: NonZero<u32>,
    salt: Vec<u8>,
    output: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pbkdf2Digest {
    Sha1,
    Sha256,
    Sha512,
}

impl Pbkdf2Digest {
    fn algorithm(self) -> Algorithm {
        match self {
            Self::Sha1 => PBKDF2_HMAC_SHA1,
            Self::Sha256 => PBKDF2_HMAC_SHA256,
            Self::Sha512 => PBKDF2_HMAC_SHA512,
        }
    }

    fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    pub(in crate::auth::password) fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "pbkdf2",
            Self::Sha256 => "pbkdf2-sha256",
            Self::Sha512 => "pbkdf2-sha512",
        }
    }
}

impl Pbkdf2Hash {
    pub(super) fn read(hash: &str) -> Result<Self, Unusable> {
        let [name, rounds, salt, output] = fields(hash)?;
        let digest = [Pbkdf2Digest::Sha1, Pbkdf2Digest::Sha256, Pbkdf2Digest::Sha512];
        let digest = digest.into_iter().find(|digest| digest.name() == name).ok_or(Unusable::Unknown)?;
        let rounds = NonZero::new(decimal(rounds)?).ok_or(Unusable::Malformed)?;
        if rounds.get() > MOST_ROUNDS {
            return Err(Unusable::Absurd);
        }
        let decoded = |text: &str| OF_PASSLIB.decode(text).map_err(|_| Unusable::Malformed);
        let (salt, output) = (decoded(salt)?, decoded(output)?);
        if salt.len() > LONGEST_SALT || output.len() != digest.length() {
            return Err(Unusable::Malformed);
        }
        Ok(Self { digest, rounds, salt, output })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        pbkdf2::verify(self.digest.algorithm(), self.rounds, &self.salt, password, &self.output).is_ok()
    }
}

/// A whole hash of a new password.
pub(in crate::auth::password) fn fresh(
    digest: Pbkdf2Digest,
    rounds: NonZero<u32>,
    salt: [u8; 16],
    password: &[u8],
) -> String {
    let mut output = vec![0; digest.length()];
    pbkdf2::derive(digest.algorithm(), rounds, &salt, password, &mut output);
    format!("${}${rounds}${}${}", digest.name(), OF_PASSLIB.encode(salt), OF_PASSLIB.encode(output))
}
