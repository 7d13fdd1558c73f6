//! What is believed of the legacy before it is asked: its address, its lock, its profile.

use std::path::{Path, PathBuf};

use crate::{
    cli::files,
    config::{
        Config, Files,
        mistakes::{Mistake, Mistakes},
        setting::{LEGACY_CA_FILE, LEGACY_URL},
    },
    contract::profile::Profile,
    legacy::{
        address::{BadLegacyAddress, LegacyAddress},
        probe::Known,
        trust::LegacyTrust,
    },
    routes::{lock::Lock, matching::Matcher},
};

use super::Stopped;

/// What the command line says about where things are; settings say the rest.
pub(in crate::cli) struct Place<'a> {
    pub(in crate::cli) url: Option<&'a str>,
    pub(in crate::cli) lock: Option<&'a Path>,
    pub(in crate::cli) profile: Option<&'a Path>,
}

pub(in crate::cli) struct Believed {
    pub(in crate::cli) address: LegacyAddress,
    pub(in crate::cli) trust: LegacyTrust,
    lock: Option<(Lock, Matcher)>,
    profile: Option<Profile>,
    pub(in crate::cli) profile_path: PathBuf,
    /// Empty where there is no file.
    pub(in crate::cli) profile_text: String,
    /// Of a profile that is there and cannot be taken as it is: a probe may be what completes it.
    pub(in crate::cli) mistakes: Option<Mistakes>,
}

impl Believed {
    pub(in crate::cli) fn read(place: &Place<'_>) -> Result<Self, Stopped> {
        let mut mistakes = Mistakes::default();
        let (shared, _) = Config::read(&mut mistakes);
        let asks_for_url = place.url.is_none();
        mistakes.retain(|mistake| {
            Files::are_in_doubt_by(mistake)
                || mistake.is_in_variable(LEGACY_CA_FILE.name)
                || (asks_for_url && mistake.is_in_variable(LEGACY_URL.name))
        });
        let lock_path = place.lock.unwrap_or(&shared.files.lock);
        let lock = if place.lock.is_some() || lock_path.exists() {
            mistakes.absorb(files::read_lock(lock_path)).map(|(lock, _, matcher)| (lock, matcher))
        } else {
            None
        };
        let profile_path = place.profile.unwrap_or(&shared.files.profile).to_owned();
        let profile_text = mistakes.absorb(text_if_there(&profile_path)).unwrap_or_default();
        let found = match place.url {
            Some(url) => address(url),
            None => first(shared.legacy.ok()),
        };
        let address = match found {
            Ok(address) => Some(address),
            Err(Stopped::Mistakes(more)) => mistakes.absorb(Err(more)),
            Err(away) => return Err(away),
        };
        let Some(address) = address.filter(|_| mistakes.is_empty()) else { return Err(mistakes.into()) };
        let parsed = Profile::parse(&profile_path, &profile_text);
        let (profile, mistakes) = match parsed {
            Ok(profile) => (Some(profile), None),
            Err(mistakes) => (None, Some(mistakes)),
        };
        Ok(Self { address, trust: shared.legacy_trust, lock, profile, profile_path, profile_text, mistakes })
    }

    pub(in crate::cli) fn known(&self) -> Known<'_> {
        Known {
            lock: self.lock.as_ref().map(|(lock, _)| lock),
            matcher: self.lock.as_ref().map(|(_, matcher)| matcher),
            profile: self.profile.as_ref(),
        }
    }
}

/// An address that a person typed.
pub(in crate::cli) fn address(url: &str) -> Result<LegacyAddress, Stopped> {
    url.parse().map_err(|error: BadLegacyAddress| {
        Stopped::Mistakes(Mistake::in_variable("URL", &error, error.remedy()).into())
    })
}

fn first(addresses: Option<Vec<LegacyAddress>>) -> Result<LegacyAddress, Stopped> {
    let address = addresses.into_iter().flatten().next();
    address.ok_or_else(|| {
        let remedy = "name it, as in `http://127.0.0.1:8000`, or set LEGACY_URL";
        Stopped::Mistakes(
            Mistake::in_variable(LEGACY_URL.name, "nobody says where the legacy listens", remedy).into(),
        )
    })
}

fn text_if_there(path: &Path) -> Result<String, Mistakes> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => {
            let remedy = "make it readable, or name another one with --profile";
            Err(Mistake::in_file(path, format!("cannot be read: {error}"), remedy).into())
        }
    }
}
