//! How long a retiring key is still needed: as long as the last token that it has signed may be good.

use std::time::Duration;

use crate::{
    auth::{assembly, keys::Overlap},
    cli::{auth::settings, files::read_profile},
    config::mistakes::Mistakes,
};

/// As clocks differ.
const LEEWAY: Duration = Duration::from_secs(30);
/// How old a copy of the JWKS may be.
const JWKS_MAX_AGE: Duration = Duration::from_mins(5);

/// By the profile as it is now: what was signed while it still said another lifetime is not known here.
pub(super) fn overlap() -> Result<Overlap, Mistakes> {
    let shared = settings()?;
    let (profile, _) = read_profile(&shared.files.profile)?;
    let access = assembly::lifetime(&profile, shared.legacy_lifetime);
    Ok(Overlap { access: access + LEEWAY + JWKS_MAX_AGE, refresh: profile.auth.refresh.longest + LEEWAY })
}
