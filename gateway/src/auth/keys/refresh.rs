//! The secrets under refresh tokens: who wrote a token is seen from its MAC, before any database is asked.

use std::{fmt, time::SystemTime};

use aws_lc_rs::hmac;

use super::{CannotSign, KeyState};

/// How much of an HMAC-SHA256 a refresh token carries.
pub const MAC: usize = 16;

pub struct RefreshKeys {
    current: u8,
    keys: Vec<RefreshKey>,
}

pub(super) struct RefreshKey {
    pub(super) id: u8,
    pub(super) state: KeyState,
    since: SystemTime,
    key: hmac::Key,
}

impl RefreshKey {
    pub(super) fn new(id: u8, state: KeyState, since: SystemTime, secret: &[u8]) -> Self {
        Self { id, state, since, key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }
}

impl RefreshKeys {
    /// Nothing unless exactly one is active.
    pub(super) fn new(keys: Vec<RefreshKey>) -> Option<Self> {
        let mut active = keys.iter().filter(|key| key.state == KeyState::Active);
        let current = active.next()?.id;
        if active.next().is_some() {
            return None;
        }
        Some(Self { current, keys })
    }

    pub(super) fn ephemeral() -> Result<Self, CannotSign> {
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret)?;
        Ok(Self { current: 1, keys: vec![RefreshKey::new(1, KeyState::Active, SystemTime::now(), &secret)] })
    }

    /// The id of the key that new tokens are made with.
    pub fn current(&self) -> u8 {
        self.current
    }

    /// Id, state, and since when it is in it, in the order of the manifest.
    pub fn states(&self) -> impl Iterator<Item = (u8, KeyState, SystemTime)> {
        self.keys.iter().map(|key| (key.id, key.state, key.since))
    }

    /// Under any key of the set, an upcoming one too: another replica may use it already. Nothing where there is none.
    pub fn mac(&self, id: u8, message: &[u8]) -> Option<[u8; MAC]> {
        let key = self.keys.iter().find(|key| key.id == id)?;
        hmac::sign(&key.key, message).as_ref().first_chunk().copied()
    }

    /// A secret for another purpose, from the current one: it is the same in every replica, and says nothing of it.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        let key = self.keys.iter().find(|key| key.id == self.current);
        let key = key.expect("the current key is one of the keys");
        // No refresh token begins with a byte 0, so no token has such a MAC.
        let message = [b"\0derive\0", label.as_bytes()].concat();
        let derived = hmac::sign(&key.key, &message);
        *derived.as_ref().first_chunk().expect("HMAC-SHA256 has 32 bytes")
    }
}

impl fmt::Debug for RefreshKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|key| (key.id, key.state)).collect();
        formatter.debug_struct("RefreshKeys").field("ids", &ids).finish_non_exhaustive()
    }
}
