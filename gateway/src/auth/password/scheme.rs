//! The forms of hash that FastAPI projects store, each of which says itself how it was made.
//!
//! What a hash asks for is compared with what a login is worth before anything is computed.

mod alphabet;
mod argon2;
mod bcrypt;
mod bcrypt_sha256;
mod digest;
mod number;
mod pbkdf2;
mod scrypt;
mod sha_crypt;

use aws_lc_rs::constant_time::verify_slices_are_equal;

pub(super) use alphabet::OF_BCRYPT;
pub use argon2::Argon2Cost;
pub(super) use bcrypt::{LEAST_COST as LEAST_BCRYPT, MOST_COST as MOST_BCRYPT, fresh as bcrypt_fresh};
pub(super) use bcrypt_sha256::fresh as bcrypt_sha256_fresh;
pub use pbkdf2::Pbkdf2Digest;
pub(super) use pbkdf2::{MOST_ROUNDS as MOST_PBKDF2, fresh as pbkdf2_fresh};
pub use scrypt::ScryptCost;
pub(super) use scrypt::fresh as scrypt_fresh;
pub use sha_crypt::ShaCryptDigest;
pub(super) use sha_crypt::{MOST_ROUNDS as MOST_SHA_CRYPT, fresh as sha_crypt_fresh};

use super::{Form, Long, Unusable, arena::Arena};

/// A hash that can be computed again.
pub(super) enum Scheme<'h> {
    Argon2(argon2::Argon2Hash),
    Bcrypt(bcrypt::BcryptHash),
    BcryptSha256(bcrypt_sha256::BcryptSha256Hash<'h>),
    Pbkdf2(pbkdf2::Pbkdf2Hash),
    Scrypt(scrypt::ScryptHash),
    ShaCrypt(sha_crypt::ShaCryptHash<'h>),
    Digest(digest::DigestHash<'h>),
}

impl<'h> Scheme<'h> {
    /// Nothing where the text is of none of these forms.
    pub(super) fn read(hash: &'h str) -> Result<Option<Self>, Unusable> {
        let name = match hash.strip_prefix('$') {
            Some(rest) => rest.split('$').next().unwrap_or_default(),
            None => return Ok(digest::DigestHash::read(hash)?.map(Self::Digest)),
        };
        let scheme = match name {
            "argon2id" | "argon2i" | "argon2d" => Self::Argon2(argon2::Argon2Hash::read(hash)?),
            "2a" | "2b" | "2x" | "2y" => Self::Bcrypt(bcrypt::BcryptHash::read(hash)?),
            "bcrypt-sha256" => Self::BcryptSha256(bcrypt_sha256::BcryptSha256Hash::read(hash)?),
            "pbkdf2" | "pbkdf2-sha256" | "pbkdf2-sha512" => Self::Pbkdf2(pbkdf2::Pbkdf2Hash::read(hash)?),
            "scrypt" => Self::Scrypt(scrypt::ScryptHash::read(hash)?),
            "5" | "6" => Self::ShaCrypt(sha_crypt::ShaCryptHash::read(hash)?),
            _ => return Ok(None),
        };
        Ok(Some(scheme))
    }

    pub(super) fn matches(&self, password: &[u8], long: Long, arena: &mut Arena) -> bool {
        match self {
            Self::Argon2(hash) => hash.matches(password, arena),
            Self::Bcrypt(hash) => hash.matches(password, long),
            Self::BcryptSha256(hash) => hash.matches(password),
            Self::Pbkdf2(hash) => hash.matches(password),
            Self::Scrypt(hash) => hash.matches(password),
            Self::ShaCrypt(hash) => hash.matches(password),
            Self::Digest(hash) => hash.matches(password),
        }
    }

    /// Whether another password with the same beginning would be right as well.
    pub(super) fn cuts(&self, password: &[u8], long: Long) -> bool {
        matches!(self, Self::Bcrypt(_)) && long == Long::Truncate && password.len() >= bcrypt::READ
    }

    pub(super) fn form(&self) -> Form {
        match self {
            Self::Argon2(_) => Form::Argon2,
            Self::Bcrypt(_) => Form::Bcrypt,
            Self::BcryptSha256(_) => Form::BcryptSha256,
            Self::Pbkdf2(_) => Form::Pbkdf2,
            Self::Scrypt(_) => Form::Scrypt,
            Self::ShaCrypt(_) => Form::ShaCrypt,
            Self::Digest(_) => Form::Digest,
        }
    }

    /// Whether a hash made today would be no better.
    pub(super) fn is_current(&self) -> bool {
        matches!(self, Self::Argon2(hash) if hash.is_current())
    }
}

/// In a time that does not tell where they differ.
fn same(computed: &[u8], stored: &[u8]) -> bool {
    verify_slices_are_equal(computed, stored).is_ok()
}
