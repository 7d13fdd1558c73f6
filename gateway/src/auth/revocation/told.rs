//! What this gateway itself has taken back is refused here at once: it was stored, and nobody has to be asked for it.
//!
//! The next look would find it too. But a database may go away between the statement and the look, and a client that was
//! told that it has logged out must not find its token good.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use super::{
    Revocations,
    remembered::{Epoch, Taken, short},
    store::LEEWAY,
};

impl Revocations {
    pub fn session_ended(&self, id: Uuid, at: SystemTime) {
        self.told(Taken::Session { id, at });
    }

    /// By the digest of what its signature is over. One that never expires is refused as long as there are seconds.
    pub fn token_forgotten(&self, digest: &[u8; 32], expires_at: Option<SystemTime>) {
        let last = UNIX_EPOCH + std::time::Duration::from_secs(u64::from(u32::MAX));
        let until = expires_at.and_then(|moment| moment.checked_add(LEEWAY)).unwrap_or(last);
        self.told(Taken::Token { digest: short(digest), until });
    }

    pub fn user_begins_anew(
        &self,
        key: &str,
        not_before: SystemTime,
        keeps: Option<Uuid>,
        changed_at: SystemTime,
    ) {
        let epoch = Epoch { not_before, keeps, changed_at };
        self.told(Taken::User { key: key.to_owned(), epoch });
    }

    fn told(&self, taken: Taken) {
        self.shared.remembered.write().tell(taken);
    }
}
