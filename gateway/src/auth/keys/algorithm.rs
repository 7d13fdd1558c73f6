//! How the gateway's own tokens may be signed: four ways, of which each key has exactly one.

use std::{fmt, str::FromStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    Es256,
    EdDsa,
    Rs256,
    Hs256,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an algorithm of keys; possible: ES256, EdDSA, RS256, HS256")]
pub struct NoSuchAlgorithm(String);

impl KeyAlgorithm {
    pub const ALL: [Self; 4] = [Self::Es256, Self::EdDsa, Self::Rs256, Self::Hs256];

    /// As a token's header has it, exactly (RFC 7518 section 3.1, RFC 8037 section 3.1).
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }

    /// Whether who verifies could sign as well: such a key is shown to nobody, not even in part.
    pub fn is_symmetric(self) -> bool {
        self == Self::Hs256
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = NoSuchAlgorithm;

    fn from_str(text: &str) -> Result<Self, NoSuchAlgorithm> {
        let named = |algorithm: &Self| algorithm.name().eq_ignore_ascii_case(text);
        Self::ALL.into_iter().find(named).ok_or_else(|| NoSuchAlgorithm(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_hmac_is_made_by_whoever_can_verify_it() {
        let symmetric = KeyAlgorithm::ALL.map(|algorithm| (algorithm.name(), algorithm.is_symmetric()));
        assert_eq!(symmetric, [("ES256", false), ("EdDSA", false), ("RS256", false), ("HS256", true)]);
    }
}
