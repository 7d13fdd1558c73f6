//! Puts the proposal into the profile, whole or not at all.

use std::path::Path;

use super::shown;
use crate::{
    auth::inspect::{Page, Proposal},
    config::mistakes::{Mistake, Mistakes},
    contract::profile::Profile,
    routes::{replace::replace, rewrite::rewrite},
};

#[derive(Default)]
pub(super) struct Written {
    pub(super) keys: Vec<String>,
    pub(super) left: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl Written {
    pub(super) fn put(path: &Path, before: &str, proposal: &Proposal) -> Result<Self, Mistakes> {
        let mistake = |what: String, remedy: &str| Mistakes::from(Mistake::in_file(path, what, remedy));
        let page = Page::with(before, proposal)
            .map_err(|error| mistake(error.to_string(), "correct the file first"))?;
        let Page { text, written: keys, left } = page;
        if keys.is_empty() {
            return Ok(Self { left, ..Self::default() });
        }
        let missing = still_missing(path, before, &text)?;
        let replaced = if before.is_empty() {
            replace(path, &text, None).map_err(|error| error.to_string())
        } else {
            rewrite(path, before, &text).map_err(|error| format!("{:#}", anyhow::Error::from(error)))
        };
        let replaced = replaced.map_err(|what| mistake(what, "make its folder writable"))?;
        let mut warnings: Vec<String> = replaced.warning(path).into_iter().collect();
        if !missing.is_empty() {
            let what = "is written, and not a whole profile yet";
            warnings.push(format!("{}: {what}:\n{missing}", shown(path)));
        }
        Ok(Self { keys, left, warnings })
    }
}

/// What was wrong before may stay so for now: a profile is put together by several commands. What this would make wrong is
/// not written.
fn still_missing(path: &Path, before: &str, after: &str) -> Result<Mistakes, Mistakes> {
    let Err(now) = Profile::parse(path, after) else { return Ok(Mistakes::default()) };
    let earlier = Profile::parse(path, before).err().unwrap_or_default();
    let mut new = now.clone();
    new.retain(|mistake| !earlier.iter().any(|known| known.what == mistake.what));
    if new.is_empty() {
        return Ok(now);
    }
    let what = "is not written: with what was found it would have mistakes that it does not have now";
    new.push(Mistake::in_file(path, what, "correct the file, or take over by hand what is proposed"));
    Err(new)
}
