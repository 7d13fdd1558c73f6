//! What may differ: a short list of entries, each with its place, what it allows and why.
//!
//! An entry excuses no more than it names. Those that excused nothing in a full run are told: they would hide what
//! they were not written for.

mod entry;

use std::collections::BTreeSet;

use entry::Entry;

use super::{
    answer::Answer,
    compare::compare,
    difference::{Difference, Kind, Place},
    generated::Window,
};

#[derive(Clone, Debug)]
pub struct Allowed {
    entries: Vec<Counted>,
}

#[derive(Clone, Debug)]
struct Counted {
    entry: Entry,
    /// Of answers, not of differences.
    used: usize,
}

/// What was asked, as far as an entry may depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    pub route: &'a str,
    /// What is special about the request, in the words of whoever asked.
    pub traits: &'a BTreeSet<&'static str>,
    pub window: Window,
}

#[derive(Debug, thiserror::Error)]
pub enum BadAllowed {
    #[error("parse the allowed differences")]
    Parse(#[from] toml::de::Error),
    #[error("allowed difference {number} at `{at}`: {problem}")]
    Entry { number: usize, at: String, problem: String },
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    allowed: Vec<entry::Written>,
}

impl Allowed {
    /// The list for one version of the legacy, from its TOML file.
    pub fn parse(text: &str, version: &str) -> Result<Self, BadAllowed> {
        let Written { allowed } = toml::from_str(text)?;
        let mut entries = Vec::new();
        for (index, written) in allowed.into_iter().enumerate() {
            let at = written.at.clone();
            let entry = Entry::check(written).map_err(|problem| BadAllowed::Entry {
                number: index + 1,
                at,
                problem,
            })?;
            if entry.is_about(version) {
                entries.push(Counted { entry, used: 0 });
            }
        }
        Ok(Self { entries })
    }

    /// All that differs between the two and is not allowed to.
    pub fn compare(&mut self, legacy: &Answer, native: &Answer, occasion: Occasion<'_>) -> Vec<Difference> {
        let mut left = compare(legacy, native);
        let statuses = [legacy.status, native.status];
        for Counted { entry, used } in &mut self.entries {
            if !entry.applies(statuses, occasion) {
                continue;
            }
            let before = left.len();
            left.retain(|difference| !entry.excuses(difference, occasion.window));
            *used += usize::from(left.len() < before);
        }
        left
    }

    /// The entries that excused nothing.
    pub fn needless(&self) -> Vec<String> {
        let needless = self.entries.iter().filter(|counted| counted.used == 0);
        needless.map(|counted| counted.entry.to_string()).collect()
    }

    /// Each entry with the number of answers that needed it.
    pub fn figures(&self) -> Vec<(usize, String)> {
        self.entries.iter().map(|counted| (counted.used, counted.entry.to_string())).collect()
    }
}

#[cfg(test)]
mod tests;
