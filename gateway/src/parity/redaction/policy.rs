//! What is replaced and what stays, as whoever records has written it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::parity::path::{Path, Pattern};

/// With nothing written, nothing secret is kept.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub mode: Mode,
    /// Stays although nobody knows it to be harmless.
    pub keep: Vec<Keep>,
    /// Names of members, parameters, cookies and headers that are secret here, beside those that are everywhere.
    pub sensitive: Vec<String>,
}

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, strum::Display, strum::EnumString,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Mode {
    /// Only what is known to be harmless stays.
    #[default]
    Strict,
    /// For test data: what is called a secret or looks like one is replaced.
    Secrets,
}

/// `body $..status`, `body`, `query sort`, `header x-tenant`, `cookie theme`, `path 2`.
#[derive(Clone, Debug)]
pub struct Keep {
    text: String,
    place: Kept,
}

#[derive(Clone, Debug)]
enum Kept {
    Body(Pattern),
    /// Text that is no JSON, and what nobody can read.
    WholeBody,
    Query(String),
    Header(String),
    Cookie(String),
    /// A segment, from 1.
    Path(usize),
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` names nothing that can be kept; write `body $..status`, `query sort`, `header x-tenant`, `cookie theme` or `path 2`"
)]
pub struct BadKeep(String);

impl FromStr for Keep {
    type Err = BadKeep;

    fn from_str(text: &str) -> Result<Self, BadKeep> {
        let bad = || BadKeep(text.to_owned());
        let (kind, name) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let name = name.trim();
        let named = || (!name.is_empty()).then(|| name.to_owned()).ok_or_else(bad);
        let place = match kind {
            "body" if name.is_empty() => Kept::WholeBody,
            "body" => Kept::Body(name.parse().map_err(|_| bad())?),
            "query" => Kept::Query(named()?),
            "header" => Kept::Header(named()?.to_ascii_lowercase()),
            "cookie" => Kept::Cookie(named()?),
            "path" => Kept::Path(name.parse().ok().filter(|segment| *segment > 0).ok_or_else(bad)?),
            _ => return Err(bad()),
        };
        Ok(Self { text: text.to_owned(), place })
    }
}

impl std::fmt::Display for Keep {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Policy {
    pub(super) fn keeps_leaf(&self, path: &Path) -> bool {
        self.keeps(|kept| matches!(kept, Kept::Body(pattern) if pattern.matches(path)))
    }

    pub(super) fn keeps_body(&self) -> bool {
        self.keeps(|kept| matches!(kept, Kept::WholeBody))
    }

    pub(super) fn keeps_query(&self, name: &str) -> bool {
        self.keeps(|kept| matches!(kept, Kept::Query(query) if query == name))
    }

    pub(super) fn keeps_header(&self, name: &str) -> bool {
        self.keeps(|kept| matches!(kept, Kept::Header(header) if header.eq_ignore_ascii_case(name)))
    }

    pub(super) fn keeps_cookie(&self, name: &str) -> bool {
        self.keeps(|kept| matches!(kept, Kept::Cookie(cookie) if cookie == name))
    }

    pub(super) fn keeps_segment(&self, number: usize) -> bool {
        self.keeps(|kept| matches!(kept, Kept::Path(segment) if *segment == number))
    }

    fn keeps(&self, fits: impl Fn(&Kept) -> bool) -> bool {
        self.keep.iter().any(|keep| fits(&keep.place))
    }
}
