//! `$2b$12$...`, as bcrypt for Python reads it: `2a`, `2b`, `2x` and `2y` mean the same to it.

use base64::Engine;
use bcrypt::HashParts;

use super::{
    alphabet::OF_BCRYPT,
    number::{decimal, fields},
    same,
};
use crate::auth::password::{Long, Unusable};

/// Four seconds; each step more doubles it.
pub(in crate::auth::password) const MOST_COST: u32 = 15;
pub(in crate::auth::password) const LEAST_COST: u32 = 4;
/// What the cipher's key takes.
pub(super) const READ: usize = 72;
const LENGTH: usize = 60;

pub(in crate::auth::password) struct BcryptHash {
    cost: u32,
    salt: [u8; 16],
    text: String,
}

impl BcryptHash {
    pub(super) fn read(hash: &str) -> Result<Self, Unusable> {
        let [_, cost, rest] = fields(hash)?;
        if hash.len() != LENGTH || rest.len() != LENGTH - "$2b$12$".len() || cost.len() != 2 {
            return Err(Unusable::Malformed);
        }
        let cost = decimal(cost.strip_prefix('0').unwrap_or(cost))?;
        if cost > MOST_COST {
            return Err(Unusable::Absurd);
        }
        if cost < LEAST_COST {
            return Err(Unusable::Malformed);
        }
        let parts: HashParts = hash.parse().map_err(|_| Unusable::Malformed)?;
        Ok(Self { cost, salt: parts.get_salt_raw(), text: hash[LENGTH - 31..].to_owned() })
    }

    pub(super) fn matches(&self, password: &[u8], long: Long) -> bool {
        let Some(computed) = digest(self.cost, self.salt, password, long) else { return false };
        same(computed.as_bytes(), self.text.as_bytes())
    }
}

/// The last 31 characters of a hash; nothing for a password that must not be hashed like this.
pub(super) fn digest(cost: u32, salt: [u8; 16], password: &[u8], long: Long) -> Option<String> {
    let read = match long {
        Long::Refuse if password.len() > READ => return None,
        Long::Refuse | Long::Truncate => &password[..password.len().min(READ)],
    };
    let parts = bcrypt::hash_with_salt(read, cost, salt).ok()?;
    Some(parts.to_string().split_off(LENGTH - 31))
}

/// A whole hash of a new password.
pub(in crate::auth::password) fn fresh(
    cost: u32,
    salt: [u8; 16],
    password: &[u8],
    long: Long,
) -> Option<String> {
    let digest = digest(cost, salt, password, long)?;
    Some(format!("$2b${cost:02}${}{digest}", OF_BCRYPT.encode(salt)))
}
