//! The secrets under refresh tokens: who wrote a token is seen from its MAC, before any database is asked.

use std::{fmt, time::SystemTime};

use aws_lc_rs::hmac;

use super::{CannotSign, KeyState, RefreshEntry};

/// How much of an HMAC-SHA256 a refresh token carries.
pub const MAC: usize = 16;

pub struct RefreshKeys {
    current: u8,
    keys: Vec<RefreshKey>,
}

pub(super) struct RefreshKey {
    entry: RefreshEntry,
    key: hmac::Key,
}

impl RefreshKey {
    pub(super) fn new(entry: RefreshEntry, secret: &[u8]) -> Self {
        Self { entry, key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }
}

impl RefreshKeys {
    /// Nothing unless exactly one is active.
    pub(super) fn new(keys: Vec<RefreshKey>) -> Option<Self> {
        let mut active = keys.iter().filter(|key| key.entry.state == KeyState::Active);
        let current = active.next()?.entry.id;
        if active.next().is_some() {
            return None;
        }
        Some(Self { current, keys })
    }

    pub(super) fn ephemeral() -> Result<Self, CannotSign> {
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret)?;
        let (state, since) = (KeyState::Active, SystemTime::now());
        let entry = RefreshEntry { id: 1, state, since, file: String::new() };
        Ok(Self { current: entry.id, keys: vec![RefreshKey::new(entry, &secret)] })
    }

    /// The id of the key that new tokens are made with.
    pub fn current(&self) -> u8 {
        self.current
    }

    /// In the order of the manifest.
    pub fn states(&self) -> impl Iterator<Item = &RefreshEntry> {
        self.keys.iter().map(|key| &key.entry)
    }

    /// Under any key of the set, an upcoming one too: another replica may use it already. Nothing where there is none.
    pub fn mac(&self, id: u8, message: &[u8]) -> Option<[u8; MAC]> {
        let key = self.keys.iter().find(|key| key.entry.id == id)?;
        hmac::sign(&key.key, message).as_ref().first_chunk().copied()
    }

    /// A secret for another purpose, from the current one: it is the same in every replica, and says nothing of it.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        let key = self.keys.iter().find(|key| key.entry.id == self.current);
        let key = key.expect("the current key is one of the keys");
        // No refresh token begins with a byte 0, so no token has such a MAC.
        let message = [b"\0derive\0", label.as_bytes()].concat();
        let derived = hmac::sign(&key.key, &message);
        *derived.as_ref().first_chunk().expect("HMAC-SHA256 has 32 bytes")
    }
}

impl fmt::Debug for RefreshKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|key| (key.entry.id, key.entry.state)).collect();
        formatter.debug_struct("RefreshKeys").field("ids", &ids).finish_non_exhaustive()
    }
}
