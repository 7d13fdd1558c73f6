//! What may differ although it is compared: `rules.toml`, each rule anchored, typed and signed with a reason.
//!
//! A rule excuses no more than its matcher says, and one that is about nothing is told: it would hide what comes next.

mod accept;
mod at;
pub(super) mod matcher;
mod read;

use std::{fmt, path::Path};

use chrono::NaiveDate;

pub use accept::Accept;
pub use at::{At, Operation};
pub use matcher::Matcher;

use super::finding::Severity;
use crate::config::mistakes::Mistakes;

/// Of a route's answers these never say anything, whatever the recording: named exactly, in lower case.
const VOLATILE: [&str; 5] = ["date", "connection", "keep-alive", "transfer-encoding", "x-request-id"];

#[derive(Clone, Debug)]
pub struct Rules {
    pub spelling: Level,
    /// Names of headers in lower case.
    pub volatile: Vec<String>,
    pub rules: Vec<Rule>,
    pub accepts: Vec<Accept>,
    /// A recorded user name, and where the password for a run comes from: `env:NAME`.
    pub credentials: Vec<(String, String)>,
    pub state: State,
}

/// What becomes of differences that mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Level {
    Warn,
    Fail,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub operation: Operation,
    pub at: At,
    pub expect: Matcher,
    pub reason: String,
    pub expires: Option<NaiveDate>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// `env:NAME` of the address of the target's database.
    pub database: Option<String>,
    pub reset: Option<Reset>,
    /// Tables whose rows are compared after a run.
    pub fingerprint: Vec<String>,
}

/// What brings the target's database back to where the recording began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reset {
    /// A program and its arguments.
    Command(Vec<String>),
    /// The database that it is made from.
    Template(String),
}

impl Rules {
    pub fn parse(name: &Path, text: &str, today: NaiveDate) -> Result<Self, Mistakes> {
        read::read(name, text, today)
    }

    pub fn is_volatile(&self, header: &str) -> bool {
        self.volatile.iter().any(|name| name.eq_ignore_ascii_case(header))
    }

    /// Whether a finding of this severity makes a run fail.
    pub fn fails(&self, severity: Severity) -> bool {
        severity == Severity::Breaking || self.spelling == Level::Fail
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            spelling: Level::Warn,
            volatile: VOLATILE.map(str::to_owned).to_vec(),
            rules: Vec::new(),
            accepts: Vec::new(),
            credentials: Vec::new(),
            state: State::default(),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, at, expect, reason, .. } = self;
        write!(formatter, "{operation}, {at}: {expect} ({reason})")
    }
}

#[cfg(test)]
mod tests;
