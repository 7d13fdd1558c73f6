//! Puts the proposal into the profile.

use std::path::Path;

use crate::{
    auth::inspect::{Page, Proposal},
    cli::legacy::profile,
    config::mistakes::{Mistake, Mistakes},
};

#[derive(Default)]
pub(super) struct Written {
    pub(super) keys: Vec<String>,
    pub(super) left: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl Written {
    pub(super) fn put(path: &Path, before: &str, proposal: &Proposal) -> Result<Self, Mistakes> {
        let Page { text, written: keys, left } = Page::with(before, proposal)
            .map_err(|error| Mistake::in_file(path, error, "correct the file first"))?;
        if keys.is_empty() {
            return Ok(Self { left, ..Self::default() });
        }
        let warnings = profile::write(path, before, &text)?;
        Ok(Self { keys, left, warnings })
    }
}
