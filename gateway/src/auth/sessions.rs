//! Sessions: what a login opens, what a refresh token turns, what a logout ends.
//!
//! Each is one statement, which also writes the audit row and tells the other replicas, so that none of it is done by
//! half. A database that gives no answer is a failure of its own and never a refusal.

mod confirmed;
mod ending;
mod listing;
mod opening;
mod refreshing;
mod users_source;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};
use tokio_postgres::{Row, types::FromSql};
use tracing::error;
use uuid::Uuid;

pub use confirmed::{Confirmations, ConfirmationsFlusher};
pub use ending::{ENDS, Ended, Ending, Kept, RevokeReason};
pub use listing::OpenSession;
pub use opening::NewSession;
pub use refreshing::{Refusal, Turn};
use users_source::UsersSource;

use super::{keys::Keys, revocation::Revocations};
use crate::{
    contract::{Failure, profile::Profile},
    db::{DatabaseFailure, Statements},
    telemetry::metrics::SessionMetrics,
};

/// The channel on which replicas hear that something was revoked. A message says only that it is time to look.
pub const CHANNEL: &str = "gateway_revoked";

/// For how long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRules {
    /// Without a refresh.
    pub idle: Duration,
    /// From the login on, whatever is done.
    pub longest: Duration,
    /// In which the token before the last is taken for one that several tabs sent at once.
    pub grace: Duration,
}

/// A cheap handle; clones share what was seen of generations.
#[derive(Clone)]
pub struct Sessions {
    inner: Arc<Inner>,
}

struct Inner {
    statements: Statements,
    keys: Keys,
    rules: SessionRules,
    revoked: Revocations,
    metrics: SessionMetrics,
    /// These statements depend on the legacy's users table.
    open: String,
    turn: String,
    confirmations: Confirmations,
}

/// A session at one of its generations: what an access token is made of, and the refresh token that goes with it.
#[derive(Clone)]
pub struct Granted {
    pub session: Uuid,
    pub user_key: String,
    pub generation: i32,
    pub refresh_token: String,
    /// For how long the refresh token is good if it is not used.
    pub refresh_expires_in: Duration,
    /// What is left of the session at the longest: no access token should outlive it.
    pub ends_in: Duration,
    pub authenticated_at: SystemTime,
    /// By what (RFC 8176).
    pub methods: Vec<String>,
    /// Tokens of this user that were issued before are refused: one that is made now must not say that it was.
    pub not_before: Option<SystemTime>,
}

#[derive(Debug, thiserror::Error)]
pub enum SessionFailure {
    #[error(transparent)]
    Database(#[from] DatabaseFailure),
    #[error("draw the random bytes of a new session")]
    Random,
    #[error("write a refresh token without a key for it")]
    NoKey,
}

impl Sessions {
    pub fn new(
        statements: Statements,
        keys: Keys,
        profile: &Profile,
        rules: SessionRules,
        (revoked, metrics): (Revocations, SessionMetrics),
    ) -> Self {
        let (open, turn) = (
            opening::statement(UsersSource::held(profile).as_ref()),
            refreshing::statement(UsersSource::of(profile).as_ref()),
        );
        let confirmations = Confirmations::default();
        Self {
            inner: Arc::new(Inner { statements, keys, rules, revoked, metrics, open, turn, confirmations }),
        }
    }

    /// What the tokens that pass say about which generation has arrived.
    pub fn confirmations(&self) -> &Confirmations {
        &self.inner.confirmations
    }

    /// The background service that stores what `confirmations` was told.
    pub fn flusher(&self) -> ConfirmationsFlusher {
        ConfirmationsFlusher::new(self.inner.statements.clone(), self.inner.confirmations.clone())
    }
}

/// Of the hash that was stored as a user's password when they logged in: what becomes of it later ends the session.
pub fn password_fingerprint(stored: &str) -> [u8; 32] {
    Sha256::digest(stored.as_bytes()).into()
}

fn column<'a, T: FromSql<'a>>(row: &'a Row, name: &'static str) -> Result<T, DatabaseFailure> {
    row.try_get(name).map_err(|source| DatabaseFailure::Column { column: name, source })
}

fn seconds(row: &Row, name: &'static str) -> Result<Duration, DatabaseFailure> {
    let seconds: f64 = column(row, name)?;
    Ok(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}

/// A database that is away is never a refusal: whoever comes back finds their session as it was.
impl From<SessionFailure> for Failure {
    fn from(failure: SessionFailure) -> Self {
        match failure {
            SessionFailure::Database(failure) => failure.into(),
            SessionFailure::Random | SessionFailure::NoKey => {
                error!(error = %failure, "a session cannot be served");
                Self::Internal
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_the_hash_of_what_is_stored_of_it() {
        let hash = password_fingerprint("abc").map(|byte| format!("{byte:02x}")).concat();
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
