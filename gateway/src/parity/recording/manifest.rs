//! Where a recording comes from: which gateway, which configuration, what was replaced in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::parity::redaction::{Mode, Policy};

/// A new number where an older gateway would read something wrong.
pub const SCHEMA: &str = "sfrec/1";

/// Written once, before the first exchange; its SHA-256 stands for the recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub schema: String,
    /// The version of the gateway that wrote it.
    pub gateway: String,
    pub origin: Origin,
    /// In microseconds since 1970.
    pub began: u64,
    pub redaction: Redaction,
    /// SHA-256 of `routes.toml` as it was in force at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routes: Option<String>,
    /// SHA-256 of `legacy.lock`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// From the lock: `fastapi`, `starlette`, `pydantic`, `python`, `uvicorn`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Origin {
    /// Written by a gateway that served.
    Capture,
    /// Made of a HAR file.
    Import,
    /// Another recording, asked again.
    Run,
}

/// Without the key: with it, what was replaced could be guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    pub mode: Mode,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<String>,
}

/// What was asked again, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// SHA-256 of the manifest of the recording that was asked again.
    pub of: String,
    pub target: String,
    /// `recorded` or `sessions`.
    pub order: String,
    pub jobs: usize,
    /// User names for which real credentials were given.
    #[serde(default, rename = "logins", skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<String>,
}

impl Manifest {
    /// Of this gateway; the rest is the caller's to fill in.
    pub fn new(origin: Origin, began: u64, policy: &Policy) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            gateway: env!("CARGO_PKG_VERSION").to_owned(),
            origin,
            began,
            redaction: Redaction::of(policy),
            routes: None,
            lock: None,
            versions: BTreeMap::new(),
            run: None,
        }
    }
}

impl Redaction {
    pub fn of(policy: &Policy) -> Self {
        Self {
            mode: policy.mode,
            keep: policy.keep.iter().map(ToString::to_string).collect(),
            sensitive: policy.sensitive.clone(),
        }
    }

    /// What a run of the recording is to replace.
    pub fn policy(&self) -> Policy {
        // Written by `of`, so that each can be read; one that a hand has broken keeps nothing.
        let keep = self.keep.iter().filter_map(|keep| keep.parse().ok()).collect();
        Policy { mode: self.mode, keep, sensitive: self.sensitive.clone() }
    }
}
