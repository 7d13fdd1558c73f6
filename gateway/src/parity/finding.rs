//! What a comparison found, grouped by cause: the one model behind every report, and what `report.json` is.
//!
//! The same recordings, rules and learned places give the same document, byte by byte: nothing of a clock, of the
//! machine or of an order that nobody decided stands in it.

use serde::{Deserialize, Serialize};

/// What a reader of `report.json` looks at first; a new number where an old reader would be wrong.
pub const SCHEMA: &str = "gateway-compat-report/1";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub schema: String,
    pub verdict: Verdict,
    pub reference: Side,
    pub live: Side,
    pub counts: Counts,
    /// By route, in the order of the alphabet.
    pub routes: Vec<RouteReport>,
    /// The gravest first, then by route, place and kind.
    pub findings: Vec<Finding>,
    pub blocked: Vec<BlockedReport>,
    pub rules: Vec<RuleReport>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// Nothing differs that may not.
    Compatible,
    /// Only what is written differently and means the same.
    Spelling,
    /// Not everything could be asked, so that nobody can say.
    Inconclusive,
    Different,
}

/// One of the two recordings that were compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// As it was given on the command line.
    pub name: String,
    /// SHA-256 of its manifest.
    pub recording: String,
    /// The address that answered, and what it says it is, where that is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub build: String,
    pub exchanges: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    pub exchanges: usize,
    pub equal: usize,
    pub different: usize,
    /// Answered on one side only, or cut off.
    pub broken: usize,
    /// Not asked, because something earlier failed.
    pub blocked: usize,
    /// In one of the recordings only.
    pub missing: usize,
    /// Values that were generated and are as they must be.
    pub verified: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteReport {
    /// As `gateway routes list` prints it; `table NAME` for what is stored.
    pub route: String,
    pub verdict: Verdict,
    pub counts: Counts,
    /// Statuses of the reference, with how often each came: what was tried at all.
    pub statuses: Vec<(u16, usize)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Of route, place and kind: the same in every run.
    pub id: String,
    pub route: String,
    /// `status`, `header etag`, `body $.items[*].at`, `frame 3 $.n`, `pieces`.
    pub place: String,
    /// `value`, `missing`, `added`, `order`, `number-text`, `stale`, `collision`, ...
    pub kind: String,
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub message: String,
    /// How many exchanges have it.
    pub exchanges: usize,
    /// At most three, the smallest.
    pub examples: Vec<Example>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Suggestion>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    /// A client can break.
    Breaking,
    /// Spelled differently, means the same.
    Spelling,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub exchange: u64,
    pub session: String,
    /// Shows it to whoever pastes it into a shell; secrets stand as variables.
    pub curl: String,
    /// What each side says at the place; empty where there is nothing.
    pub reference: String,
    pub live: String,
    /// The whole of both answers, for reading side by side.
    pub reference_answer: Shown,
    pub live_answer: Shown,
}

/// An answer as a person reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// `HTTP/1.1 200` and a line for each header.
    pub head: String,
    /// JSON indented, each value as it was spelled.
    pub body: String,
}

/// A rule that would excuse the finding, and what it would let through besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// For `rules.toml`, with the reason left to whoever signs it.
    pub rule: String,
    pub lets_through: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockedReport {
    /// The exchange that failed, and its route.
    pub by: u64,
    pub route: String,
    /// What it should have given: `body $.id`.
    pub needs: String,
    /// The exchanges that waited for it.
    pub exchanges: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleReport {
    /// As it is written, in one line.
    pub rule: String,
    /// How many values it was about, and how many real differences it excused.
    pub looked_at: usize,
    pub excused: usize,
}
