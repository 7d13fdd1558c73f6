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

use std::{sync::Arc, time::Duration};

use sha2::{Digest, Sha256};
use tokio_postgres::{Row, types::FromSql};

pub use confirmed::{Confirmations, ConfirmationsFlusher};
pub use ending::{Ending, Kept, RevokeReason};
pub use listing::OpenSession;
pub use opening::{NewSession, Opened};
pub use refreshing::{Refreshed, Refusal, Turn};
pub use users_source::UsersSource;

use super::keys::Keys;
use crate::db::{DatabaseFailure, Statements};

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
    /// The statement depends on the legacy's users table.
    turn: String,
    confirmations: Confirmations,
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

impl Default for SessionRules {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self { idle: 30 * DAY, longest: 180 * DAY, grace: Duration::from_secs(30) }
    }
}

impl Sessions {
    pub fn new(statements: Statements, keys: Keys, users: Option<&UsersSource>, rules: SessionRules) -> Self {
        let turn = refreshing::statement(users);
        let confirmations = Confirmations::default();
        Self { inner: Arc::new(Inner { statements, keys, rules, turn, confirmations }) }
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
