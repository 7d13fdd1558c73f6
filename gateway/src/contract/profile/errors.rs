//! `[errors]`: how the legacy words an error, so that the gateway's own errors read the same.

use super::{AppErrors, TokenErrors};
use crate::config::document::section::{Entry, Section};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorProfile {
    /// Those of the outermost application.
    pub app: AppErrors,
    pub tokens: TokenErrors,
    /// Those of mounted applications, by the path below which each is.
    pub below: Vec<(String, AppErrors)>,
}

impl ErrorProfile {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let app = AppErrors::read(&mut section);
        let tokens = TokenErrors::read(&mut section);
        let below = section.optional("below").and_then(|item| item.section("[errors.below.\"/admin\"]"));
        let below = below.map(|section| section.entries().iter().filter_map(mounted).collect());
        section.close();
        Some(Self { app: app?, tokens: tokens?, below: below.unwrap_or_default() })
    }
}

fn mounted(entry: &Entry<'_>) -> Option<(String, AppErrors)> {
    let path = entry.key.text()?;
    if !path.starts_with('/') || path.ends_with('/') {
        entry.key.reject(
            format!("`{path}` is not the path of a mounted application"),
            "write it as the lock has it, as in `[errors.below.\"/admin\"]`",
        );
        return None;
    }
    let mut section = entry.value.section("[errors.below.\"/admin\"]")?;
    let errors = AppErrors::read(&mut section);
    section.close();
    Some((path.to_owned(), errors?))
}
