//! What varies between runs of one recording against one backend, and of what class it is.
//!
//! What has no class is not excused: it is told, and needs a rule that somebody signs.

pub(super) mod places;
pub(super) mod scopes;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{exchange::Exchange, rules::Rules, value::Class};

pub const SCHEMA: &str = "gateway-compat-learned/1";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    pub schema: String,
    pub places: Vec<LearnedPlace>,
    pub arrays: Vec<LearnedArray>,
    /// What varies and has no class: empty, or a comparison would raise false alarms.
    pub untyped: Vec<Untyped>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnedPlace {
    pub route: String,
    pub status: u16,
    /// `body $.items[*].id`
    pub at: String,
    pub class: Class,
    /// Values that stood there in every run: as they were recorded, or wrong.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fixed: BTreeSet<String>,
    /// Members of the same object that were equal in a run exactly where they were in the others.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub equal: BTreeSet<String>,
    /// Members of the same object that were never earlier or smaller.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub before: BTreeSet<String>,
}

/// An array that came in different orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnedArray {
    pub route: String,
    pub status: u16,
    /// `$.items`
    pub at: String,
    /// The member that tells items apart; none where they are told apart by all they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Untyped {
    pub route: String,
    pub at: String,
    pub exchange: u64,
    /// What the runs said there.
    pub samples: Vec<String>,
}

impl LearnedPlace {
    fn of(route: String, status: u16, at: String, class: Class) -> Self {
        let (fixed, equal, before) = Default::default();
        Self { route, status, at, class, fixed, equal, before }
    }
}

/// The reference counts as a run where it is not redacted.
pub fn learn(reference: &[Exchange], runs: &[Vec<Exchange>], rules: &Rules) -> Learned {
    let mut learned = Learned { schema: SCHEMA.to_owned(), ..Learned::default() };
    let rows = places::rows(reference, runs);
    learned.arrays = places::arrays(&rows);
    places::type_places(&rows, rules, &mut learned);
    scopes::unite(&rows, &mut learned);
    learned
}

#[derive(Debug, thiserror::Error)]
pub enum BadLearned {
    #[error("it is no list of learned places: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("its schema is `{0}`, and this gateway reads `{SCHEMA}`: learn again, or use a newer gateway")]
    Schema(String),
}

impl Learned {
    pub fn read(text: &str) -> Result<Self, BadLearned> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.schema != SCHEMA {
            return Err(BadLearned::Schema(head.schema));
        }
        Ok(serde_json::from_str(text)?)
    }

    pub(super) fn find(&self, route: &str, status: u16, at: &str) -> Option<&LearnedPlace> {
        let key = (route, status, at);
        let index = self
            .places
            .binary_search_by(|place| (place.route.as_str(), place.status, place.at.as_str()).cmp(&key));
        index.ok().and_then(|index| self.places.get(index))
    }
}

#[cfg(test)]
mod tests;
