//! The access token that goes with a session: in which format, for how long.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};
use tracing::error;

use tokio::time::Instant;

use super::{
    Lookup, Membership, NotFound, Subject,
    issue::{AccessClaims, Audience, CannotIssue, LegacyMint, access_token_from, legacy_token},
    keys::KeySet,
    sessions::Granted,
};
use crate::contract::{Failure, profile::LookupRule};

/// What every access token has in common.
pub struct Access {
    pub issuer: String,
    pub audience: String,
    /// As long as the session lasts, at the most.
    pub lifetime: Duration,
    /// In the shape of the legacy's own, where others than the legacy verify tokens with its secret.
    pub legacy: Option<LegacyShape>,
}

pub struct LegacyShape {
    pub mint: LegacyMint,
    /// The claim that names a user is not the id, and this is how it is found.
    pub name: Option<(LookupRule, Lookup)>,
}

/// To whom a token is given.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    pub subject: &'a Subject,
    pub roles: &'a [String],
    /// `extra_claims`
    pub claims: &'a Map<String, Value>,
}

pub struct Handed {
    pub access_token: String,
    pub expires_in: Duration,
}

impl Access {
    pub async fn hand(
        &self,
        keys: &KeySet,
        granted: &Granted,
        holder: Holder<'_>,
        until: Instant,
    ) -> Result<Handed, Failure> {
        let lifetime = self.lifetime.min(granted.ends_in);
        let access_token = match &self.legacy {
            Some(shape) => shape.token(granted, holder, lifetime, until).await?,
            None => self.own(keys, granted, holder, lifetime)?,
        };
        Ok(Handed { access_token, expires_in: lifetime })
    }

    fn own(
        &self,
        keys: &KeySet,
        granted: &Granted,
        holder: Holder<'_>,
        lifetime: Duration,
    ) -> Result<String, CannotIssue> {
        let claims = AccessClaims {
            issuer: &self.issuer,
            audience: &self.audience,
            subject: holder.subject,
            session: granted.session,
            generation: granted.generation,
            lifetime,
            authenticated_at: granted.authenticated_at,
            methods: &granted.methods,
            roles: holder.roles,
            scopes: &[],
            extra: holder.claims,
        };
        access_token_from(keys, &claims, issued_at(SystemTime::now(), granted.not_before))
    }
}

impl LegacyShape {
    async fn token(
        &self,
        granted: &Granted,
        holder: Holder<'_>,
        lifetime: Duration,
        until: Instant,
    ) -> Result<String, Failure> {
        let named = match &self.name {
            None => None,
            Some((rule, lookup)) => match lookup.name(rule, holder.subject, until).await {
                Ok(name) => Some(name),
                Err(NotFound::Nobody) => return Err(Failure::UnknownUser),
                Err(NotFound::Database(failure)) => return Err(failure.into()),
            },
        };
        let Granted { session, generation, not_before, .. } = granted;
        let membership = Membership::new(*session, *generation, SystemTime::now(), *not_before);
        let audience = Audience::Client { membership, extra: holder.claims };
        Ok(legacy_token(&self.mint, named.as_ref().unwrap_or(holder.subject), lifetime, audience))
    }
}

/// A token says in whole seconds when it was issued. The clock of the database may be ahead of ours, and somebody who
/// logs in right after they have logged out everywhere must not get a token that counts as an old one.
fn issued_at(now: SystemTime, not_before: Option<SystemTime>) -> SystemTime {
    not_before.map_or(now, |not_before| now.max(not_before + Duration::from_secs(1)))
}

/// Logged here: no client can do anything about it.
impl From<CannotIssue> for Failure {
    fn from(cannot: CannotIssue) -> Self {
        error!(error = %cannot, "an access token cannot be issued");
        Self::Internal
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn no_token_is_older_than_its_users_epoch() {
        let at = |milliseconds: u64| UNIX_EPOCH + Duration::from_millis(milliseconds);
        let seconds = |moment: SystemTime| moment.duration_since(UNIX_EPOCH).unwrap().as_secs();
        for (now, not_before, expected) in [
            (10_900, None, 10),
            (10_900, Some(5_000), 10),
            (10_900, Some(10_100), 11),
            (10_900, Some(12_500), 13),
        ] {
            let issued = seconds(issued_at(at(now), not_before.map(at)));
            assert_eq!(issued, expected);
            assert!(not_before.is_none_or(|not_before| issued * 1000 >= not_before));
        }
    }
}
