//! Breaks that nobody can find, one by one, each with the reason why that is right.
//!
//! An entry that explains nothing in a full run is told: it would hide what it was not written for.

use serde::Deserialize;

use super::{Kind, Mutant};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    #[serde(default, rename = "equivalent")]
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kind: Kind,
    route: String,
    /// As the survivor's line tells it.
    at: String,
    reason: String,
    #[serde(skip)]
    used: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum BadExplained {
    #[error("parse the explained breaks")]
    Parse(#[from] toml::de::Error),
    #[error(
        "explained break {number} (`{kind}` of `{route}` at `{at}`): say in `reason` why nobody can find it"
    )]
    NoReason { number: usize, kind: Kind, route: String, at: String },
}

/// Of a reason, in characters.
const SHORTEST: usize = 10;

impl Explained {
    pub fn parse(text: &str) -> Result<Self, BadExplained> {
        let explained: Self = toml::from_str(text)?;
        let unreasoned =
            explained.entries.iter().enumerate().find(|(_, entry)| entry.reason.trim().len() < SHORTEST);
        match unreasoned {
            Some((index, Entry { kind, route, at, .. })) => Err(BadExplained::NoReason {
                number: index + 1,
                kind: *kind,
                route: route.clone(),
                at: at.clone(),
            }),
            None => Ok(explained),
        }
    }

    pub(super) fn explains(&mut self, mutant: &Mutant) -> Option<String> {
        let is_it = |entry: &&mut Entry| {
            entry.kind == mutant.kind && entry.route == mutant.route && entry.at == mutant.place
        };
        let entry = self.entries.iter_mut().find(is_it)?;
        entry.used += 1;
        Some(entry.reason.clone())
    }

    /// The entries that explained nothing.
    pub fn needless(&self) -> Vec<String> {
        let needless = self.entries.iter().filter(|entry| entry.used == 0);
        needless.map(|Entry { kind, route, at, .. }| format!("{kind} of {route} at {at}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_needs_a_reason_and_names_what_there_is() {
        let entry = |kind: &str, reason: &str| {
            format!(
                "[[equivalent]]\nkind = \"{kind}\"\nroute = \"GET /\"\nat = \"status\"\nreason = \"{reason}\"\n"
            )
        };
        assert!(Explained::parse(&entry("stale", "it is the time itself")).is_ok());
        for (text, told) in [
            (entry("stale", "because"), "say in `reason`"),
            (entry("stail", "it is the time itself"), "parse"),
            (entry("stale", "it is the time itself") + "when = 1\n", "parse"),
        ] {
            let error = Explained::parse(&text).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
