//! How long a retiring key is still needed: as long as the last token that it has signed may be good.

use std::time::Duration;

use crate::{
    auth::keys::Overlap,
    cli::{auth::settings, files::read_profile_if_there},
    config::mistakes::Mistakes,
};

/// As clocks differ.
const LEEWAY: Duration = Duration::from_secs(30);
/// How old a copy of the JWKS may be.
const JWKS_MAX_AGE: Duration = Duration::from_mins(5);
/// Where nothing says how long tokens live: as long as the longest that FastAPI's own template gives out.
const LONGEST_USUAL: Duration = Duration::from_hours(8 * 24);

/// From `[auth]` of the profile, as it is now: who shortens lifetimes waits for tokens of the old one with `--now`.
pub(super) fn overlap() -> Result<Overlap, Mistakes> {
    let shared = settings()?;
    let profile = read_profile_if_there(&shared.files.profile)?;
    let auth = profile.as_ref().map(|profile| profile.auth.clone()).unwrap_or_default();
    let legacy = profile.iter().flat_map(|profile| &profile.tokens).filter_map(|token| token.lifetime).max();
    let access = auth.access.or(legacy).or(shared.legacy_lifetime).unwrap_or(LONGEST_USUAL);
    Ok(Overlap { access: access + LEEWAY + JWKS_MAX_AGE, refresh: auth.refresh.longest + LEEWAY })
}
