//! passlib's `$bcrypt-sha256$`: bcrypt over a digest of the password, so that its whole length counts.

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac::{HMAC_SHA256, Key, sign},
};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    alphabet::OF_BCRYPT,
    bcrypt::{self, LEAST_COST, MOST_COST},
    number::{decimal, fields, named},
    same,
};
use crate::auth::password::{Long, Unusable};

pub(in crate::auth::password) struct BcryptSha256Hash<'h> {
    /// Version 2 keys the digest with the salt, as it is written.
    keyed: bool,
    cost: u32,
    salt: &'h str,
    raw_salt: [u8; 16],
    output: &'h str,
}

impl<'h> BcryptSha256Hash<'h> {
    pub(super) fn read(hash: &'h str) -> Result<Self, Unusable> {
        let [_, costs, salt, output] = fields(hash)?;
        let costs: Vec<&str> = costs.split(',').collect();
        let (keyed, cost) = match costs[..] {
            ["2a" | "2b" | "2y", cost] => (false, decimal(cost)?),
            ["v=2", "t=2a" | "t=2b" | "t=2y", cost] => (true, named(cost, "r")?),
            _ => return Err(Unusable::Malformed),
        };
        if cost > MOST_COST {
            return Err(Unusable::Absurd);
        }
        let raw: Vec<u8> = OF_BCRYPT.decode(salt).map_err(|_| Unusable::Malformed)?;
        let raw_salt = raw.try_into().map_err(|_| Unusable::Malformed)?;
        if cost < LEAST_COST || output.len() != 31 {
            return Err(Unusable::Malformed);
        }
        Ok(Self { keyed, cost, salt, raw_salt, output })
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        let key =
            if self.keyed { keyed(self.salt, password) } else { STANDARD.encode(digest(&SHA256, password)) };
        let computed = bcrypt::digest(self.cost, self.raw_salt, key.as_bytes(), Long::Refuse);
        computed.is_some_and(|computed| same(computed.as_bytes(), self.output.as_bytes()))
    }
}

fn keyed(salt: &str, password: &[u8]) -> String {
    STANDARD.encode(sign(&Key::new(HMAC_SHA256, salt.as_bytes()), password))
}

/// A whole hash of a new password.
pub(in crate::auth::password) fn fresh(cost: u32, salt: [u8; 16], password: &[u8]) -> Option<String> {
    let text = OF_BCRYPT.encode(salt);
    let output = bcrypt::digest(cost, salt, keyed(&text, password).as_bytes(), Long::Refuse)?;
    Some(format!("$bcrypt-sha256$v=2,t=2b,r={cost}${text}${output}"))
}
