//! Writes learned values into the profile, whole or not at all, and only if the gateway takes what comes out.

use std::path::Path;

use crate::{
    config::mistakes::{Mistake, Mistakes},
    contract::profile::Profile,
    legacy::probe::{Finding, Page},
    routes::{replace::replace, rewrite::rewrite},
};

#[derive(Default)]
pub(super) struct Written {
    pub(super) keys: Vec<&'static str>,
    pub(super) left: Vec<&'static str>,
    pub(super) warning: Option<String>,
}

impl Written {
    pub(super) fn put(
        path: &Path,
        before: &str,
        findings: &[Finding],
        overwrite: bool,
    ) -> Result<Self, Mistakes> {
        let mistake = |what: String, remedy: &str| Mistakes::from(Mistake::in_file(path, what, remedy));
        let page = Page::with(before, findings, overwrite)
            .map_err(|error| mistake(error.to_string(), "correct the file first"))?;
        if page.written.is_empty() {
            return Ok(Self { left: page.left, ..Self::default() });
        }
        if let Err(mut mistakes) = Profile::parse(path, &page.text) {
            let what = "is not written: with what was learned it would still not be a profile";
            mistakes.push(Mistake::in_file(path, what, "write what is missing, then probe again"));
            return Err(mistakes);
        }
        let replaced = if before.is_empty() {
            replace(path, &page.text, None).map_err(|error| error.to_string())
        } else {
            rewrite(path, before, &page.text).map_err(|error| format!("{:#}", anyhow::Error::from(error)))
        };
        let replaced = replaced.map_err(|what| mistake(what, "make its folder writable"))?;
        Ok(Self { keys: page.written, left: page.left, warning: replaced.warning(path) })
    }
}
