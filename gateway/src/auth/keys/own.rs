//! One key of the gateway's: its name, its one algorithm, its state, and what it can do.

use std::{fmt, time::SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    KeyAlgorithm, KeyEntry, KeyState,
    material::{self, Material},
    public::PublicKey,
};

pub struct OwnKey {
    entry: KeyEntry,
    material: Material,
    /// The first part of every token that it signs, with its dot.
    header: String,
}

/// Only where the system has no randomness or no memory left.
#[derive(Debug, thiserror::Error)]
#[error("the key cannot be used for a signature")]
pub struct CannotSign;

impl From<aws_lc_rs::error::Unspecified> for CannotSign {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl OwnKey {
    pub(super) fn new(entry: KeyEntry, material: Material) -> Self {
        let header = format!(r#"{{"alg":"{}","typ":"at+jwt","kid":"{}"}}"#, entry.algorithm, entry.kid);
        let header = URL_SAFE_NO_PAD.encode(header) + ".";
        Self { entry, material, header }
    }

    /// Made now, and known to nobody else.
    pub(super) fn generate(algorithm: KeyAlgorithm) -> Result<Self, CannotSign> {
        let material = Material::parse(algorithm, &material::new(algorithm)?).map_err(|_| CannotSign)?;
        let kid = material.public().map_or_else(random_kid, |public| Ok(public.thumbprint()))?;
        let (state, since) = (KeyState::Active, SystemTime::now());
        Ok(Self::new(KeyEntry { kid, algorithm, state, since, file: String::new() }, material))
    }

    pub fn kid(&self) -> &str {
        &self.entry.kid
    }

    /// The only one a token may name that is verified with this key.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.entry.algorithm
    }

    pub fn state(&self) -> KeyState {
        self.entry.state
    }

    pub fn since(&self) -> SystemTime {
        self.entry.since
    }

    /// Its name in the directory; empty for a key that is in none.
    pub fn file(&self) -> &str {
        &self.entry.file
    }

    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CannotSign> {
        Ok(self.material.sign(message)?)
    }

    /// Whether these bytes, no longer in base64url, are a signature of this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.material.verify(message, signature)
    }

    pub(in crate::auth) fn header(&self) -> &str {
        &self.header
    }

    pub(super) fn public(&self) -> Option<PublicKey> {
        self.material.public()
    }

    /// What it signs, it must accept, and nothing else.
    pub(super) fn passes_its_test(&self) -> bool {
        const SAID: &[u8] = b"what the key signs";
        let Ok(mut signature) = self.sign(SAID) else { return false };
        let accepts = self.verify(SAID, &signature);
        signature.iter_mut().take(1).for_each(|byte| *byte ^= 1);
        accepts && !self.verify(SAID, &signature)
    }
}

/// Of a secret nothing may be seen, so its name has nothing to do with it.
pub(super) fn random_kid() -> Result<String, CannotSign> {
    let mut kid = [0; 32];
    aws_lc_rs::rand::fill(&mut kid)?;
    Ok(URL_SAFE_NO_PAD.encode(kid))
}

impl fmt::Debug for OwnKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OwnKey")
            .field("kid", &self.entry.kid)
            .field("algorithm", &self.entry.algorithm)
            .field("state", &self.entry.state)
            .finish_non_exhaustive()
    }
}
