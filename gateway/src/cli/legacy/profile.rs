//! Writes the profile that several commands put together: whole or not at all, and never worse than it was.

use std::path::Path;

use crate::{
    config::mistakes::{Mistake, Mistakes},
    contract::profile::Profile,
    routes::{replace::replace, rewrite::rewrite},
};

/// What is worth knowing of it is returned.
pub(super) fn write(path: &Path, before: &str, after: &str) -> Result<Vec<String>, Mistakes> {
    let missing = still_missing(path, before, after)?;
    let replaced = if before.is_empty() {
        replace(path, after, None).map_err(|error| error.to_string())
    } else {
        rewrite(path, before, after).map_err(|error| format!("{:#}", anyhow::Error::from(error)))
    };
    let replaced = replaced.map_err(|what| Mistake::in_file(path, what, "make its folder writable"))?;
    let mut warnings: Vec<String> = replaced.warning(path).into_iter().collect();
    if !missing.is_empty() {
        let what = "is written, and not a whole profile yet";
        warnings.push(format!("{}: {what}:\n{missing}", path.display()));
    }
    Ok(warnings)
}

/// What was wrong before may stay so for now: another command, or a person, adds it. What this would make wrong is not
/// written.
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
