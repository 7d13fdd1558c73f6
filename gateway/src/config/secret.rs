//! A value that must never be seen, and what makes one too weak to start with.

use std::fmt;

use super::{
    mistakes::Mistake,
    reader::{Reader, Told},
    setting::LEGACY_JWT_SECRET,
    weakness::Weakness,
};

/// Below this an HMAC key can be searched for by anybody who has one token.
const SHORTEST: usize = 16;
/// RFC 7518 section 3.2: at least as long as the hash.
const LONG_ENOUGH: usize = 32;

/// Secrets that stand in tutorials and templates: everybody knows them.
const TUTORIAL: &[&str] = &[
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "changethis",
    "changeme",
    "secret",
    "supersecret",
    "your-secret-key",
    "your_secret_key",
    "your-256-bit-secret",
];

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// For the one call that needs it; nothing else may hold on to the text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<secret>")
    }
}

/// As printed, or with a little behind it: `changethis123`.
fn is_from_tutorial(lower: &str) -> bool {
    TUTORIAL.iter().any(|known| lower == *known || (lower.len() < 32 && lower.starts_with(known)))
}

pub const REMEDY: &str =
    "give the legacy a strong one, made with `openssl rand -hex 32`, and set the same here";

/// What speaks against a secret that the legacy signs its tokens with.
pub fn weakness(secret: &str) -> Option<(Weakness, &'static str)> {
    let is_tutorial = is_from_tutorial(&secret.to_ascii_lowercase());
    if is_tutorial {
        Some((Weakness::TutorialSecret, "the secret is one that tutorials print: everybody can forge tokens"))
    } else if secret.len() < SHORTEST {
        let what = "the secret has fewer than 16 bytes: whoever has one token can find it, and forge others";
        Some((Weakness::ShortSecret, what))
    } else if secret.len() < LONG_ENOUGH {
        let what =
            "the secret has fewer than the 32 bytes that RFC 7518 asks for: it may be found from one token";
        Some((Weakness::LegacySecretBelow32, what))
    } else {
        None
    }
}

/// The legacy's signing secret; whether one is needed depends on the lock, so it may be absent here.
///
/// Its length is not told: a report ends in logs.
pub(super) fn jwt_secret(reader: &mut Reader<'_>) -> Result<Option<Secret>, Told> {
    let Some(found) = reader.find(&LEGACY_JWT_SECRET)? else { return Ok(None) };
    if let Some((weakness, what)) = weakness(&found.value) {
        reader.weaknesses.push(weakness, Mistake::in_variable(&found.name, what, REMEDY));
    }
    Ok(Some(Secret(found.value)))
}
