//! Puts together what lets users in and out, from the profile and the keys.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};

use super::{
    CacheFigures, LegacyTokens, Lookup, Means, OwnTokens, Verifier,
    access::{Access, LegacyShape},
    audit::Audit,
    breached::Breached,
    bridge::Bridge,
    enumeration::StandIns,
    issue::LegacyMint,
    keys::{Keys, KeysFollower},
    password::Passwords,
    revocation::{Follower, Retention, Revocations},
    sessions::{ConfirmationsFlusher, SessionRules, Sessions},
    throttle::{Surroundings, Throttle},
    users::Users,
};
use crate::{
    config::Secret,
    contract::profile::{Profile, SubjectKind, TokenProfile, auth::TokenFormat},
    db::{Statements, url::DatabaseUrl},
    telemetry::metrics::Metrics,
};

/// Where neither the profile nor the legacy's settings say it: what FastAPI's own tutorial gives a token.
const USUAL_LIFETIME: Duration = Duration::from_mins(30);

/// What the process was started with.
pub struct Given<'a> {
    pub profile: &'a Profile,
    pub credentials: Credentials,
    /// Past every pooler.
    pub direct: &'a DatabaseUrl,
    pub metrics: &'a Metrics,
}

/// Keys and secrets, read and checked.
pub struct Credentials {
    pub jwt_secret: Option<Secret>,
    /// How long the legacy's tokens live, by its own settings.
    pub legacy_lifetime: Option<Duration>,
    pub legacy_tokens: LegacyTokens,
    /// Those of the directory, if one is named.
    pub keys: Option<Keys>,
    pub keys_directory: Option<PathBuf>,
}

/// Everything about who somebody is.
pub struct Authority {
    /// For handlers.
    pub means: Means,
    /// For the door.
    pub verifier: Arc<Verifier>,
    pub lookup: Lookup,
    pub bridge: Bridge,
    pub services: Services,
}

/// What goes on in the background.
pub struct Services {
    /// Nothing where keys end with the process.
    pub keys: Option<KeysFollower>,
    pub confirmations: ConfirmationsFlusher,
    pub revocations: Follower,
}

impl Authority {
    /// Without keys of a directory they end with the process: whether that may be was judged before.
    pub fn assemble(statements: Statements, given: Given<'_>) -> anyhow::Result<Self> {
        let Given { profile, credentials, direct, metrics } = given;
        let lookup = Lookup::new(statements.clone(), profile.users.as_ref());
        let access = Access::of(profile, &credentials, &lookup)?;
        let keys = credentials.keys.map_or_else(Keys::ephemeral, Ok).context("draw keys")?;
        let directory = credentials.keys_directory;
        let follow = |directory| KeysFollower::new(directory, keys.clone(), metrics.clone());
        let keys_follower = directory.map(follow);
        let retention = Retention::of(profile, access.lifetime);
        let idle = profile.auth.follow_idle;
        let (revoked, follower) = Revocations::new(statements.clone(), direct.clone(), retention, idle);
        let refresh = &profile.auth.refresh;
        let rules = SessionRules { idle: refresh.idle, longest: refresh.longest, grace: refresh.grace };
        let sessions = Sessions::new(
            statements.clone(),
            keys.clone(),
            profile,
            rules,
            (revoked.clone(), metrics.sessions.clone()),
        );
        // Tokens that live longer would outlast what is remembered of them.
        let longest = Retention::longest_access(access.lifetime);
        let own = OwnTokens { longest, ..OwnTokens::of(profile, keys.clone()) };
        let figures = CacheFigures::of(&metrics.auth_cache);
        let legacy_tokens = credentials.legacy_tokens.bounded(retention.longest_of_session());
        let verifier = Arc::new(Verifier::new(legacy_tokens, Some(own), figures));
        let around = Surroundings {
            statements: statements.clone(),
            keys: keys.clone(),
            verifier: Arc::clone(&verifier),
            lookup: lookup.clone(),
            logins: profile.users.as_ref().map_or(1, |users| users.login.len()),
            attempts: metrics.login_attempts.clone(),
        };
        let passwords = passwords(profile, metrics)?;
        let users = Users::new(profile, statements.clone());
        let stand_ins = StandIns::new(users.clone(), passwords.clone(), keys.clone());
        Ok(Self {
            verifier,
            lookup,
            bridge: Bridge::of(profile, credentials.jwt_secret.as_ref(), keys.clone()),
            services: Services {
                keys: keys_follower,
                confirmations: sessions.flusher(),
                revocations: follower,
            },
            means: Means {
                sessions,
                revoked,
                audit: Audit::new(statements.clone()),
                passwords,
                stand_ins,
                rehash: profile.auth.rehash,
                throttle: Throttle::new(profile.auth.throttle.clone(), around),
                access,
                users,
                keys,
                statements,
            },
        })
    }
}

/// Begins the threads that hash.
fn passwords(profile: &Profile, metrics: &Metrics) -> anyhow::Result<Passwords> {
    let breached = profile.auth.passwords.breached.as_deref().map(Breached::open).transpose()?;
    let rules = profile.users.as_ref().map(|users| users.password.rules.clone());
    Ok(Passwords::start(rules.unwrap_or_default(), breached, metrics.passwords.clone())?)
}

/// For how long access tokens are issued. `legacy` is what the legacy's own settings say of its tokens.
pub fn lifetime(profile: &Profile, legacy: Option<Duration>) -> Duration {
    let written = profile.tokens.first().and_then(|token| token.lifetime);
    profile.auth.access.or(written).or(legacy).unwrap_or(USUAL_LIFETIME)
}

impl Access {
    fn of(profile: &Profile, credentials: &Credentials, lookup: &Lookup) -> anyhow::Result<Self> {
        let (auth, tokens) = (&profile.auth, profile.tokens.first());
        let lifetime = lifetime(profile, credentials.legacy_lifetime);
        let legacy = match (auth.format, tokens.zip(credentials.legacy_tokens.secret(0))) {
            (TokenFormat::Own, _) => None,
            (TokenFormat::Legacy, Some((tokens, secret))) => {
                if let Some(longest) = tokens.lifetime.filter(|longest| *longest < lifetime) {
                    return Err(anyhow!(
                        "`access` in [auth] is {lifetime:?}, and no token of `{}` is taken that lives longer than \
                         {longest:?}: with format = \"legacy\" it is at most the `lifetime` of [[legacy.tokens]]",
                        tokens.name
                    ));
                }
                Some(LegacyShape::of(profile, tokens, secret, lookup)?)
            }
            (TokenFormat::Legacy, None) => {
                return Err(anyhow!("[auth] format = \"legacy\" needs [[legacy.tokens]] and its secret"));
            }
        };
        Ok(Self { issuer: auth.issuer.clone(), audience: auth.audience.clone(), lifetime, legacy })
    }
}

impl LegacyShape {
    fn of(
        profile: &Profile,
        tokens: &TokenProfile,
        secret: &Secret,
        lookup: &Lookup,
    ) -> anyhow::Result<Self> {
        let extra: Vec<&str> = profile.auth.extra_claims.iter().map(|(claim, _)| claim.as_str()).collect();
        let name = match &tokens.subject.kind {
            SubjectKind::Lookup(rule) => Some((rule.clone(), lookup.clone())),
            SubjectKind::Int | SubjectKind::Uuid | SubjectKind::Text => None,
        };
        Ok(Self { mint: LegacyMint::new(tokens, secret, &extra)?, name })
    }
}
