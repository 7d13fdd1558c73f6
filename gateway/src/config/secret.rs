//! A value that must never be seen, and what makes one too weak to start with.

use std::fmt;

use super::{
    Environment,
    mistakes::{Mistake, Mistakes},
    source::Source,
};

/// Below this an HMAC key can be searched for; RFC 7518 section 3.2 asks for 32 bytes.
const SHORTEST: usize = 16;

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

/// The legacy's signing secret; whether one is needed depends on the lock, so it may be absent here.
pub(super) fn jwt_secret(
    source: &Source,
    environment: Environment,
    mistakes: &mut Mistakes,
) -> Option<Secret> {
    let (name, value) = source.secret("LEGACY_JWT_SECRET", mistakes)?;
    let remedy = "use the secret the legacy signs with; make a strong one with `openssl rand -hex 32`";
    let lower = value.to_ascii_lowercase();
    if value.is_empty() {
        mistakes.push(Mistake::in_variable(&name, "the secret is empty", remedy));
    } else if !environment.is_development() && is_from_tutorial(&lower) {
        mistakes.push(Mistake::in_variable(&name, "the secret is one that tutorials print", remedy));
    } else if !environment.is_development() && value.len() < SHORTEST {
        let what = format!("the secret has {} bytes, at least {SHORTEST} are needed", value.len());
        mistakes.push(Mistake::in_variable(&name, what, remedy));
    }
    Some(Secret(value))
}
