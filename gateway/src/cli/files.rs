//! The three files that decide routing, read together so that all their mistakes are told at once.

use std::path::Path;

use crate::{
    config::{
        Shared,
        mistakes::{Mistake, Mistakes},
    },
    contract::profile::Profile,
    native,
    routes::{
        lock::{Lock, LockError},
        matching::Matcher,
        reload,
        running::{Running, Sources},
    },
    telemetry::fingerprint::Fingerprint,
};

/// Everything that is needed to say who answers a request.
pub(super) struct Routing {
    pub(super) lock: Lock,
    pub(super) lock_hash: Fingerprint,
    pub(super) sources: Sources,
    pub(super) running: Running,
}

impl Routing {
    /// `None` after mistakes. Without a profile the routes file is still judged, against the lock alone.
    pub(super) fn read(shared: &Shared, profile: Option<&Profile>, mistakes: &mut Mistakes) -> Option<Self> {
        let files = &shared.files;
        let (lock, lock_hash, matcher) = mistakes.absorb(read_lock(&files.lock))?;
        let enforced = profile.map_or(&[][..], |profile| &profile.enforce);
        let from_environment =
            |profile: &Profile| profile.tokens.iter().any(|token| token.keys.is_from_environment());
        let needs_secret = profile.is_none_or(from_environment);
        let matcher = matcher.with_added(&native::added());
        let matcher = mistakes.absorb(matcher.map_err(|error| unusable(&files.lock, error)))?;
        let (mut native, issuing) = (native::keys(profile), native::issuing(profile));
        // Which routes it describes is not known: what a mistake there leads to is no mistake of the routes file.
        if profile.is_none() && mistakes.iter().any(|mistake| mistake.is_in_file(&files.profile)) {
            native.extend(matcher.route_ids().map(|id| matcher.route(id).key.clone()));
        }
        let mut sources = Sources::new(shared, &lock, matcher, enforced, native, needs_secret, issuing);
        sources.has_users = profile.is_none_or(|profile| profile.users.is_some());
        if let Some(users) = profile.and_then(|profile| profile.users.as_ref()) {
            let kind = users.id.kind;
            let others = native::asking_who_calls().into_iter().filter(|(_, own)| *own != kind);
            sources.strangers = others.map(|(key, own)| (key, own, kind)).collect();
        }
        let (file, text) = mistakes.absorb(reload::read(&files.routes, &sources.known()))?;
        let running = sources.join(1, &file, text);
        Some(Self { lock, lock_hash, sources, running })
    }
}

/// What the legacy's tokens and errors look like; serving without it is impossible.
pub(super) fn read_profile(path: &Path) -> Result<(Profile, Fingerprint), Mistakes> {
    let remedy = "`gateway legacy inspect --token-file FILE --write` begins it, `gateway legacy probe --write` adds how errors look; or name another in LEGACY_PROFILE";
    let text = read_text(path, remedy)?;
    Ok((Profile::parse(path, &text)?, Fingerprint::of(&text)))
}

/// For commands that only look at routes: a profile that is not there names no subclasses.
pub(super) fn read_profile_if_there(path: &Path) -> Result<Option<Profile>, Mistakes> {
    if path.exists() { read_profile(path).map(|(profile, _)| Some(profile)) } else { Ok(None) }
}

pub(super) fn read_lock(path: &Path) -> Result<(Lock, Fingerprint, Matcher), Mistakes> {
    let text = read_text(path, IMPORT)?;
    let lock = Lock::parse(&text).map_err(|error| unusable(path, error))?;
    let matcher = Matcher::new(&lock).map_err(|error| unusable(path, error))?;
    Ok((lock, Fingerprint::of(&text), matcher))
}

const IMPORT: &str = "make it with `gateway legacy import app.main:app --python .venv/bin/python`";

fn unusable(path: &Path, error: LockError) -> Mistakes {
    Mistake::in_file(path, error, IMPORT).into()
}

fn read_text(path: &Path, remedy: &str) -> Result<String, Mistakes> {
    std::fs::read_to_string(path)
        .map_err(|error| Mistake::in_file(path, format!("cannot be read: {error}"), remedy).into())
}
