//! The keys that hold at one moment.

use super::{CannotSign, Jwks, KeyAlgorithm, KeyState, OwnKey, RefreshKeys};

#[derive(Debug)]
pub struct KeySet {
    /// Grows with every set that is taken: what was found out under another one may no longer hold.
    pub generation: u64,
    keys: Vec<OwnKey>,
    refresh: RefreshKeys,
    jwks: Jwks,
    /// Of what it was read from.
    fingerprint: [u8; 32],
}

impl KeySet {
    pub(super) fn new(
        generation: u64,
        keys: Vec<OwnKey>,
        refresh: RefreshKeys,
        fingerprint: [u8; 32],
    ) -> Self {
        let jwks = Jwks::of(&keys);
        Self { generation, keys, refresh, jwks, fingerprint }
    }

    pub(super) fn ephemeral() -> Result<Self, CannotSign> {
        let key = OwnKey::generate(KeyAlgorithm::Es256)?;
        Ok(Self::new(1, vec![key], RefreshKeys::ephemeral()?, [0; 32]))
    }

    /// The key that new tokens are signed with.
    pub fn signing(&self) -> Option<&OwnKey> {
        self.keys.iter().find(|key| key.state() == KeyState::Active)
    }

    /// A key that may have signed a token: an upcoming one too, because another replica may use it already.
    pub fn verifying(&self, kid: &str) -> Option<&OwnKey> {
        self.keys.iter().find(|key| key.kid() == kid)
    }

    pub fn refresh(&self) -> &RefreshKeys {
        &self.refresh
    }

    pub fn jwks(&self) -> &Jwks {
        &self.jwks
    }

    pub(super) fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// In the order of the manifest.
    pub fn keys(&self) -> &[OwnKey] {
        &self.keys
    }
}
