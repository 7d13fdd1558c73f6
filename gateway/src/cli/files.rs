//! The three files that decide routing, read together so that all their mistakes are told at once.

use std::path::Path;

use crate::{
    config::{
        Files,
        mistakes::{Mistake, Mistakes},
    },
    contract::profile::Profile,
    legacy::address::LegacyAddress,
    native,
    routes::{
        lock::Lock,
        matching::Matcher,
        reload,
        running::{Running, Sources},
    },
};

/// Everything that is needed to say who answers a request.
pub(super) struct Routing {
    pub(super) lock: Lock,
    pub(super) sources: Sources,
    pub(super) running: Running,
}

impl Routing {
    /// `None` after mistakes. Without a profile the routes file is still judged, against the lock alone.
    pub(super) fn read(files: &Files, legacy: &[LegacyAddress], mistakes: &mut Mistakes) -> Option<Self> {
        let profile = mistakes.absorb(read_profile(&files.profile));
        let lock = mistakes.absorb(read_lock(&files.lock));
        let (lock, matcher) = lock?;
        let sources = Sources::new(&files.routes, &lock, matcher, profile?, legacy, native::keys());
        let (file, text) = mistakes.absorb(reload::read(&files.routes, &sources.known()))?;
        let running = sources.join(1, &file, text);
        Some(Self { lock, sources, running })
    }
}

fn read_profile(path: &Path) -> Result<Profile, Mistakes> {
    let remedy = "name the file in LEGACY_PROFILE; it says what the legacy's tokens and errors look like";
    Profile::parse(path, &read_text(path, remedy)?)
}

fn read_lock(path: &Path) -> Result<(Lock, Matcher), Mistakes> {
    let remedy = "make it with `gateway legacy import app.main:app --python .venv/bin/python`";
    let text = read_text(path, remedy)?;
    let mistake = |error| Mistakes::from(Mistake::in_file(path, error, remedy));
    let lock = Lock::parse(&text).map_err(mistake)?;
    let matcher = Matcher::new(&lock).map_err(mistake)?;
    Ok((lock, matcher))
}

fn read_text(path: &Path, remedy: &str) -> Result<String, Mistakes> {
    std::fs::read_to_string(path)
        .map_err(|error| Mistake::in_file(path, format!("cannot be read: {error}"), remedy).into())
}
