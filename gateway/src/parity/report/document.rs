//! `report.json`: the report itself, and what is said of a file that is none.

use serde_json::Value;

use crate::parity::finding::{Report, SCHEMA};

#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("it is no report: {error}")]
    Malformed { error: serde_json::Error },
    #[error(
        "it is written in the schema `{found}`, and this gateway reads `{SCHEMA}`; read it with the gateway that wrote it, or write it again from the recordings with `gateway compat diff`"
    )]
    OfAnotherSchema { found: String },
    #[error(
        "it has no `schema`, so it is no report; a recording is compared with `gateway compat diff` first"
    )]
    NoReport,
}

pub fn read(text: &str) -> Result<Report, Unreadable> {
    let malformed = |error| Unreadable::Malformed { error };
    // Looked at first: a document of another schema has other fields, and is not wrong because of them.
    let document: Value = serde_json::from_str(text).map_err(malformed)?;
    match document["schema"].as_str() {
        Some(SCHEMA) => serde_json::from_str(text).map_err(malformed),
        Some(found) => Err(Unreadable::OfAnotherSchema { found: super::shown(found, 100) }),
        None => Err(Unreadable::NoReport),
    }
}

/// Indented, for a repository that keeps it and for whoever reads a change of it.
pub fn write(report: &Report) -> String {
    let text = serde_json::to_string_pretty(report).expect("numbers, texts and lists of them can be written");
    text + "\n"
}
