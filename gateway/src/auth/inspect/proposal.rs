//! What is proposed: lines of `legacy.toml`, each with what proved it, and what has to be decided by a person.

use serde::{Serialize, Serializer};
use toml_edit::Value;

use super::forms::CountedForm;

#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub key: &'static str,
    /// As TOML.
    #[serde(serialize_with = "as_toml")]
    pub value: Value,
    pub proof: String,
}

#[derive(Debug, Default, Serialize)]
pub struct Proposal {
    /// `[legacy.users]`; empty where no table convinces.
    pub users: Vec<Line>,
    /// One `[[legacy.tokens]]`; empty without a sample.
    pub tokens: Vec<Line>,
    /// The forms of the hashes that were looked at.
    pub hashes: Vec<CountedForm>,
    /// What is worth knowing.
    pub notes: Vec<String>,
    /// What nobody but a person can settle, and what would keep the gateway from starting.
    pub problems: Vec<String>,
}

impl Line {
    pub(super) fn new(key: &'static str, value: impl Into<Value>, proof: impl Into<String>) -> Self {
        Self { key, value: value.into(), proof: proof.into() }
    }
}

impl Proposal {
    pub(super) fn user(&mut self, key: &'static str, value: impl Into<Value>, proof: impl Into<String>) {
        self.users.push(Line::new(key, value, proof));
    }

    pub(super) fn token(&mut self, key: &'static str, value: impl Into<Value>, proof: impl Into<String>) {
        self.tokens.push(Line::new(key, value, proof));
    }
}

fn as_toml<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.to_string().trim())
}
