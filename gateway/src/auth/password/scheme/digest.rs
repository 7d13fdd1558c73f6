//! One round of a digest: the LDAP forms such as `{SSHA256}`, and `sha1$salt$hash`.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::same;
use crate::auth::password::{
    Unusable,
    template::{Algorithm, hex},
};

const LDAP: [(&str, Algorithm, Salted); 8] = [
    ("{SSHA512}", Algorithm::Sha512, Salted::Yes),
    ("{SSHA256}", Algorithm::Sha256, Salted::Yes),
    ("{SSHA}", Algorithm::Sha1, Salted::Yes),
    ("{SMD5}", Algorithm::Md5, Salted::Yes),
    ("{SHA512}", Algorithm::Sha512, Salted::No),
    ("{SHA256}", Algorithm::Sha256, Salted::No),
    ("{SHA}", Algorithm::Sha1, Salted::No),
    ("{MD5}", Algorithm::Md5, Salted::No),
];

const PLAIN: [(&str, Algorithm); 2] = [("sha1$", Algorithm::Sha1), ("md5$", Algorithm::Md5)];

const LONGEST_SALT: usize = 256;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Salted {
    Yes,
    No,
}

pub(in crate::auth::password) enum DigestHash<'h> {
    /// Digest and salt, of the password followed by the salt.
    Ldap(Algorithm, Vec<u8>, Vec<u8>),
    /// Salt and digest, of the salt followed by the password.
    Plain(Algorithm, &'h str, &'h str),
}

impl<'h> DigestHash<'h> {
    pub(super) fn read(hash: &'h str) -> Result<Option<Self>, Unusable> {
        if let Some((name, algorithm, salted)) = LDAP.iter().find(|(name, ..)| hash.starts_with(name)) {
            let bytes = STANDARD.decode(&hash[name.len()..]).map_err(|_| Unusable::Malformed)?;
            let (digest, salt) = bytes.split_at_checked(algorithm.length()).ok_or(Unusable::Malformed)?;
            if salt.is_empty() == (*salted == Salted::Yes) || salt.len() > LONGEST_SALT {
                return Err(Unusable::Malformed);
            }
            return Ok(Some(Self::Ldap(*algorithm, digest.to_vec(), salt.to_vec())));
        }
        let Some((name, algorithm)) = PLAIN.iter().find(|(name, _)| hash.starts_with(name)) else {
            return Ok(None);
        };
        let (salt, digest) = hash[name.len()..].split_once('$').ok_or(Unusable::Malformed)?;
        let is_hex = digest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
        if !is_hex || digest.len() != 2 * algorithm.length() || salt.len() > LONGEST_SALT {
            return Err(Unusable::Malformed);
        }
        Ok(Some(Self::Plain(*algorithm, salt, digest)))
    }

    pub(super) fn matches(&self, password: &[u8]) -> bool {
        match self {
            Self::Ldap(algorithm, digest, salt) => {
                same(&algorithm.digest(&[password, salt].concat()), digest)
            }
            Self::Plain(algorithm, salt, digest) => {
                let computed = algorithm.digest(&[salt.as_bytes(), password].concat());
                same(hex(&computed).as_bytes(), digest.as_bytes())
            }
        }
    }
}

impl Algorithm {
    fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}
