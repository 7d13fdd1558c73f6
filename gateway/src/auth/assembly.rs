//! Puts together what lets users in and out, from the profile and the keys.

use std::time::Duration;

use anyhow::anyhow;

use super::{
    Means,
    access::Access,
    audit::Audit,
    breached::Breached,
    issue::LegacyMint,
    keys::Keys,
    password::Passwords,
    sessions::{SessionRules, Sessions, UsersSource},
    users::Users,
};
use crate::{
    config::Secret,
    contract::profile::{Profile, auth::TokenFormat},
    db::Statements,
    telemetry::metrics::PasswordMetrics,
};

/// Where neither the profile nor the legacy's settings say it: what FastAPI's own tutorial gives a token.
const USUAL_LIFETIME: Duration = Duration::from_mins(30);

/// What the process was started with.
pub struct Given<'a> {
    pub profile: &'a Profile,
    pub keys: &'a Keys,
    pub jwt_secret: Option<&'a Secret>,
    /// How long the legacy's tokens live, by its own settings.
    pub legacy_lifetime: Option<Duration>,
    pub passwords: PasswordMetrics,
}

impl Means {
    pub fn assemble(statements: Statements, given: &Given<'_>) -> anyhow::Result<Self> {
        let Given { profile, keys, .. } = given;
        let refresh = &profile.auth.refresh;
        let rules = SessionRules { idle: refresh.idle, longest: refresh.longest, grace: refresh.grace };
        let users = profile.users.as_ref().map(UsersSource::of);
        Ok(Self {
            sessions: Sessions::new(statements.clone(), (*keys).clone(), users.as_ref(), rules),
            audit: Audit::new(statements.clone()),
            passwords: passwords(given)?,
            rehash: profile.auth.rehash,
            access: Access::of(given)?,
            users: Users::new(profile, statements.clone()),
            keys: (*keys).clone(),
            statements,
        })
    }
}

/// Begins the threads that hash.
fn passwords(given: &Given<'_>) -> anyhow::Result<Passwords> {
    let auth = &given.profile.auth;
    let breached = auth.passwords.breached.as_deref().map(Breached::open).transpose()?;
    let rules = given.profile.users.as_ref().map(|users| users.password.rules.clone());
    Ok(Passwords::start(rules.unwrap_or_default(), breached, given.passwords.clone())?)
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
