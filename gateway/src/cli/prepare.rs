//! Everything that is read and judged before anything is started: what `run` starts with, and what `check` shows.

use std::path::PathBuf;

use super::{
    files::{Routing, read_profile},
    inherited,
};
use crate::{
    auth::{
        LegacyTokens,
        assembly::Credentials,
        bridge,
        keys::{Keys, Opened},
    },
    config::{
        Config,
        effective::Effective,
        mistakes::{Mistake, Mistakes},
        origin::Origin,
        setting,
        weakness::Weaknesses,
    },
    contract::profile::Profile,
    telemetry::fingerprint::Fingerprint,
};

/// What `run` would start with; `check` stops here.
pub(super) struct Prepared<L> {
    pub(super) config: Config,
    pub(super) profile: Profile,
    pub(super) profile_hash: Fingerprint,
    pub(super) credentials: Credentials,
    pub(super) routing: Routing,
    pub(super) listeners: L,
}

impl<L> Prepared<L> {
    /// The same with what the listeners became, if they became anything.
    pub(super) fn listening<M>(self, made: impl FnOnce(L) -> Option<M>) -> Option<Prepared<M>> {
        let Self { config, profile, profile_hash, credentials, routing, listeners } = self;
        let listeners = made(listeners)?;
        Some(Prepared { config, profile, profile_hash, credentials, routing, listeners })
    }
}

/// What was found, whether or not it is enough to start with.
pub(super) struct Examined<L> {
    /// None exactly when there are mistakes.
    pub(super) prepared: Option<Prepared<L>>,
    pub(super) effective: Effective,
    pub(super) warnings: Mistakes,
    /// The folder of migrations.
    pub(super) migrations: PathBuf,
    pub(super) mistakes: Mistakes,
}

/// Reads and validates everything; each mistake is one of many in the report. `listen` may add its own.
pub(super) fn examine<L>(listen: impl FnOnce(&Config, &mut Mistakes, &mut Weaknesses) -> L) -> Examined<L> {
    let mut mistakes = Mistakes::default();
    let (mut shared, config) = Config::read(&mut mistakes);
    let (profile, profile_hash) = mistakes.absorb(read_profile(&shared.files.profile)).unzip();
    let mut routing = Routing::read(&shared, profile.as_ref(), &mut mistakes);
    if let (Some(routing), Some(config)) = (&mut routing, &config) {
        routing.sources.own = vec![config.listen.public, config.listen.admin];
    }
    if let Some(profile) = &profile {
        inherited::tokens(&shared.files.profile, profile, &mut shared.weaknesses);
        inherited::new_passwords(&shared.files.profile, profile, &mut shared.weaknesses);
    }
    let secret = shared.jwt_secret.as_ref().ok().and_then(Option::as_ref);
    let legacy_tokens = profile
        .as_ref()
        .map(|profile| LegacyTokens::read(&profile.tokens, secret, &mut mistakes, &mut shared.weaknesses));
    let mut ephemeral = None;
    if let (Some(routing), Some(profile)) = (&mut routing, &profile)
        && shared.jwt_secret.is_ok()
    {
        routing.sources.unbridged = bridge::misfit(profile, secret).map(|misfit| misfit.to_string());
    }
    if let Some(routing) = &routing {
        routing.sources.complete(&routing.running, &mut mistakes);
        if shared.keys_directory.is_none()
            && shared.environment.is_development()
            && let Some(route) = routing.sources.issuing(&routing.running)
        {
            let what =
                format!("is not set: tokens of `{route}` are signed with a key that ends with this process");
            let remedy = "make keys with `gateway auth keygen --dir keys`, and set it to that directory";
            ephemeral = Some(Mistake::in_variable(setting::GATEWAY_KEYS_DIR.name, what, remedy));
        }
        inherited::cors(&shared.files.lock, &routing.lock, &mut shared.weaknesses);
        if shared.legacy.as_ref().is_ok_and(|own| *own != routing.running.legacy.addresses) {
            let urls: Vec<_> = routing.running.legacy.addresses.iter().map(ToString::to_string).collect();
            shared.effective.set(&setting::LEGACY_URL, urls.join(", "), Origin::RoutesFile);
        }
    }
    // One that cannot be read is told already.
    let directory = config.as_ref().and_then(|config| config.keys.directory.as_deref());
    let opened = directory.and_then(|directory| mistakes.absorb(Keys::open(directory)));
    let listeners = config.as_ref().map(|config| listen(config, &mut mistakes, &mut shared.weaknesses));
    let harden = profile.as_ref().is_some_and(|profile| profile.harden);
    let mut warnings = shared.weaknesses.settle(shared.environment, harden, &mut mistakes);
    ephemeral.into_iter().for_each(|told| warnings.push(told));
    let keys = opened.map(|Opened { keys, warnings: unlisted }| {
        warnings.absorb::<()>(Err(unlisted));
        keys
    });
    // A lock from an OpenAPI document, which has no version of Python, does not tell what is mounted.
    if let (Some(profile), Some(routing)) = (&profile, &routing)
        && routing.lock.versions.python != "unknown"
    {
        let applications = routing.sources.matcher.applications();
        inherited::mounted(&shared.files.profile, profile, applications)
            .into_iter()
            .for_each(|warning| warnings.push(warning));
    }
    if let (Some(profile), Some(routing)) = (&profile, &routing) {
        inherited::unknown_routes(&shared.files.profile, profile, &routing.sources.known())
            .into_iter()
            .for_each(|warning| warnings.push(warning));
    }
    let (jwt_secret, legacy_lifetime) = (shared.jwt_secret.ok().flatten(), shared.legacy_lifetime);
    let whole = || {
        let (config, routing, listeners) = (config?, routing?, listeners?);
        let (profile, profile_hash, legacy_tokens) = (profile?, profile_hash?, legacy_tokens?);
        let keys_directory = config.keys.directory.clone();
        let credentials = Credentials { jwt_secret, legacy_lifetime, legacy_tokens, keys, keys_directory };
        Some(Prepared { config, profile, profile_hash, credentials, routing, listeners })
    };
    let prepared = whole().filter(|_| mistakes.is_empty());
    let migrations = shared.files.migrations;
    Examined { prepared, effective: shared.effective, warnings, migrations, mistakes }
}
