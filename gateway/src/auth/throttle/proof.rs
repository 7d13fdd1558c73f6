//! The device that a login comes from, if it can show that its owner has used it before: by a token, its last one.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    auth::{Accepted, Client, Lookup, NotFound, Presented, Principal, Subject, Verified, Verifier},
    db::DatabaseFailure,
};

/// A token proves this long after it has expired.
pub const REMEMBERED: Duration = Duration::from_hours(24 * 90);

/// What tells one device from another, and when it was.
pub(super) struct Token {
    pub(super) session: Option<Uuid>,
    pub(super) digest: Option<[u8; 32]>,
    pub(super) issued_at: Option<SystemTime>,
}

impl Token {
    pub(super) fn of(token: &Verified) -> Self {
        Self { session: token.session, digest: token.digest, issued_at: token.issued_at }
    }

    /// The bytes by which its bucket is called. Tokens without a session have one together: where an old one gets a new one,
    /// each of them with tries of its own would be as many as anybody likes.
    pub(super) fn name(&self) -> Option<&[u8]> {
        self.session
            .as_ref()
            .map(|session| &session.as_bytes()[..])
            .or(self.digest.map(|_| &b"of the legacy's"[..]))
    }
}

pub(super) struct Proofs {
    pub(super) verifier: Arc<Verifier>,
    pub(super) lookup: Lookup,
}

impl Proofs {
    /// The token of exactly this user, in any spelling that `is_them` knows. Anything else in the header is no reason to
    /// refuse anybody: the legacy's login does not look at it.
    pub(super) async fn of(
        &self,
        client: &Client,
        is_them: impl Fn(&Subject) -> bool,
        until: Instant,
    ) -> Result<Option<Token>, DatabaseFailure> {
        let Some(value) = client.authorization() else { return Ok(None) };
        let Ok(presented) = Presented::of_value(value, self.verifier.schemes(), false) else {
            return Ok(None);
        };
        let principal = match self.verifier.recall(&presented, REMEMBERED) {
            None => return Ok(None),
            Some(Accepted::User(principal)) => principal,
            Some(Accepted::ByName { token, rule }) => {
                let Subject::Text(name) = &token.subject else { return Ok(None) };
                match self.lookup.user(rule, name, until).await {
                    Ok(subject) => Principal::of(Arc::new(Verified { subject, ..Verified::clone(&token) })),
                    Err(NotFound::Nobody) => return Ok(None),
                    Err(NotFound::Database(failure)) => return Err(failure),
                }
            }
        };
        Ok(is_them(principal.subject()).then(|| Token::of(principal.token())))
    }
}
