//! How a token of the legacy's is signed: one way for each profile, by the name that RFC 7518 gives it.

use std::{fmt, str::FromStr};

use crate::config::document::nearest;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Hs256,
    Hs384,
    Hs512,
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    EdDsa,
}

#[derive(Debug, thiserror::Error)]
pub enum BadAlgorithm {
    #[error("`{0}` is no signature: anybody could write such a token")]
    Unsigned(String),
    #[error("`{0}` is not available")]
    Unavailable(String),
    #[error("`{0}` is not an algorithm for tokens")]
    Unknown(String),
}

const UNAVAILABLE: [&str; 2] = ["ES512", "ES256K"];

impl Algorithm {
    pub const ALL: [Self; 12] = [
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// As a token's header has it, exactly.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    pub fn is_rsa(self) -> bool {
        matches!(self, Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512)
    }

    /// Whoever verifies can sign as well.
    pub fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }
}

impl FromStr for Algorithm {
    type Err = BadAlgorithm;

    fn from_str(text: &str) -> Result<Self, BadAlgorithm> {
        match Self::ALL.into_iter().find(|algorithm| algorithm.name() == text) {
            Some(algorithm) => Ok(algorithm),
            None if text.trim().eq_ignore_ascii_case("none") => Err(BadAlgorithm::Unsigned(text.to_owned())),
            None if UNAVAILABLE.contains(&text) => Err(BadAlgorithm::Unavailable(text.to_owned())),
            None => Err(BadAlgorithm::Unknown(text.to_owned())),
        }
    }
}

impl BadAlgorithm {
    pub(super) fn remedy(&self) -> String {
        let names = Algorithm::ALL.map(Algorithm::name);
        let possible = nearest::either(names);
        match self {
            Self::Unknown(text) => match nearest::among(text, names) {
                Some(meant) => format!("did you mean `\"{meant}\"`? possible: {possible}"),
                None => format!("write {possible}"),
            },
            Self::Unsigned(_) | Self::Unavailable(_) => format!("write {possible}"),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
