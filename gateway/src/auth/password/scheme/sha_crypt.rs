//! `$5$` and `$6$`: crypt(3) with SHA-256 and SHA-512.

use sha_crypt::{Algorithm, CustomizedPasswordHasher, Params, PasswordVerifier, ShaCrypt, password_hash};

use super::number::{decimal, fields};
use crate::auth::password::Unusable;

pub(in crate::auth::password) const MOST_ROUNDS: u32 = 1_000_000;
const LONGEST_SALT: usize = 16;

pub(in crate::auth::password) struct ShaCryptHash<'h> {
    text: &'h str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShaCryptDigest {
    Sha256,
    Sha512,
}

impl<'h> ShaCryptHash<'h> {
    pub(super) fn read(hash: &'h str) -> Result<Self, Unusable> {
        let (name, rounds, salt, output) = match fields::<4>(hash) {
            Ok([name, rounds, salt, output]) => (name, Some(rounds), salt, output),
            Err(_) => {
                let [name, salt, output] = fields(hash)?;
                (name, None, salt, output)
            }
        };
        if let Some(rounds) = rounds {
            let rounds = decimal(rounds.strip_prefix("rounds=").ok_or(Unusable::Malformed)?)?;
            if rounds > MOST_ROUNDS {
                return Err(Unusable::Absurd);
            }
            Params::new(rounds).map_err(|_| Unusable::Malformed)?;
        }
        let is_of_crypt =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'));
        let length = if name == "5" { 43 } else { 86 };
        if salt.len() > LONGEST_SALT || output.len() != length || !is_of_crypt(salt) || !is_of_crypt(output) {
            return Err(Unusable::Malformed);
        }
        Ok(Self { text: hash })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        // crypt(3) would stop there, and passlib raises.
        !password.contains(&0) && ShaCrypt::default().verify_password(password, self.text).is_ok()
    }
}

/// A whole hash of a new password.
pub(in crate::auth::password) fn fresh(
    digest: ShaCryptDigest,
    rounds: u32,
    salt: [u8; 12],
    password: &[u8],
) -> Result<String, password_hash::Error> {
    let algorithm = match digest {
        ShaCryptDigest::Sha256 => Algorithm::Sha256Crypt,
        ShaCryptDigest::Sha512 => Algorithm::Sha512Crypt,
    };
    let params = Params::new(rounds).map_err(|_| password_hash::Error::ParamsInvalid)?;
    let hash = ShaCrypt::from(algorithm).hash_password_customized(
        password,
        &salt,
        Some(algorithm.to_str()),
        None,
        params,
    )?;
    Ok(hash.as_str().to_owned())
}
