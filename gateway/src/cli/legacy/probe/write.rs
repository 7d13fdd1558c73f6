//! Puts learned values into the profile.

use std::path::Path;

use crate::{
    cli::legacy::profile,
    config::mistakes::{Mistake, Mistakes},
    legacy::probe::{Finding, Page},
};

#[derive(Default)]
pub(super) struct Written {
    pub(super) keys: Vec<&'static str>,
    pub(super) left: Vec<&'static str>,
    pub(super) warnings: Vec<String>,
}

impl Written {
    pub(super) fn put(
        path: &Path,
        before: &str,
        findings: &[Finding],
        overwrite: bool,
    ) -> Result<Self, Mistakes> {
        let Page { text, written: keys, left } = Page::with(before, findings, overwrite)
            .map_err(|error| Mistake::in_file(path, error, "correct the file first"))?;
        if keys.is_empty() {
            return Ok(Self { left, ..Self::default() });
        }
        let warnings = profile::write(path, before, &text)?;
        Ok(Self { keys, left, warnings })
    }
}
