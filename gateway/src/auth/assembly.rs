//! Puts together what lets users in and out, from the profile and the keys.

use std::{path::Path, time::Duration};

use anyhow::{Context, anyhow};

use super::{
    Means,
    access::Access,
    audit::Audit,
    issue::LegacyMint,
    keys::Keys,
    revocation::{Follower, Retention, Revocations},
    sessions::{ConfirmationsFlusher, SessionRules, Sessions, UsersSource},
    users::Users,
};
use crate::{
    config::Secret,
    contract::profile::{Profile, auth::TokenFormat},
    db::{Statements, url::DatabaseUrl},
};

/// Where neither the profile nor the legacy's settings say it: what FastAPI's own tutorial gives a token.
const USUAL_LIFETIME: Duration = Duration::from_mins(30);

/// What the process was started with.
pub struct Given<'a> {
    pub profile: &'a Profile,
    pub keys_directory: Option<&'a Path>,
    pub jwt_secret: Option<&'a Secret>,
    /// How long the legacy's tokens live, by its own settings.
    pub legacy_lifetime: Option<Duration>,
    /// Past every pooler.
    pub direct: &'a DatabaseUrl,
}

/// What goes on in the background.
pub struct Services {
    pub confirmations: ConfirmationsFlusher,
    pub revocations: Follower,
}

impl Means {
    /// Without a directory the keys end with the process: whether that may be was judged before.
    pub fn assemble(statements: Statements, given: &Given<'_>) -> anyhow::Result<(Self, Services)> {
        let Given { profile, keys_directory, direct, .. } = given;
        let keys = match keys_directory {
            Some(directory) => {
                let opened = Keys::open(directory);
                opened.map_err(|mistakes| anyhow!("{mistakes}"))?.keys
            }
            None => Keys::ephemeral().context("draw keys")?,
        };
        let refresh = &profile.auth.refresh;
        let rules = SessionRules { idle: refresh.idle, longest: refresh.longest, grace: refresh.grace };
        let users = profile.users.as_ref().map(UsersSource::of);
        let access = Access::of(given)?;
        let retention = Retention::of(profile, access.lifetime);
        let idle = profile.auth.follow_idle;
        let (revoked, follower) = Revocations::new(statements.clone(), (*direct).clone(), retention, idle);
        let sessions =
            Sessions::new(statements.clone(), keys.clone(), users.as_ref(), rules, revoked.clone());
        let services = Services { confirmations: sessions.flusher(), revocations: follower };
        let means = Self {
            sessions,
            revoked,
            audit: Audit::new(statements.clone()),
            access,
            users: Users::new(profile, statements.clone()),
            keys,
            statements,
        };
        Ok((means, services))
    }
}

impl Access {
    fn of(given: &Given<'_>) -> anyhow::Result<Self> {
        let (auth, tokens) = (&given.profile.auth, given.profile.tokens.first());
        let lifetime = auth.access.or(tokens.and_then(|profile| profile.lifetime)).or(given.legacy_lifetime);
        let legacy = match (auth.format, tokens.zip(given.jwt_secret)) {
            (TokenFormat::Own, _) => None,
            (TokenFormat::Legacy, Some((profile, secret))) => Some(LegacyMint::new(profile, secret)?),
            (TokenFormat::Legacy, None) => {
                return Err(anyhow!("[auth] format = \"legacy\" needs [[legacy.tokens]] and its secret"));
            }
        };
        Ok(Self {
            issuer: auth.issuer.clone(),
            audience: auth.audience.clone(),
            lifetime: lifetime.unwrap_or(USUAL_LIFETIME),
            legacy,
        })
    }
}
