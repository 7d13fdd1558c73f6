//! Every metric with its labels and meaning; `docs/observability.md` says the same for people, a test compares.

use prometheus::{HistogramOpts, Opts};

pub struct Name {
    pub name: &'static str,
    pub help: &'static str,
    /// In the order in which values are given.
    pub labels: &'static [&'static str],
}

impl Name {
    const fn new(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Self {
        Self { name, help, labels }
    }

    pub fn opts(&self) -> Opts {
        Opts::new(self.name, self.help)
    }

    pub fn histogram(&self, buckets: &[f64]) -> HistogramOpts {
        HistogramOpts::new(self.name, self.help).buckets(buckets.to_vec())
    }
}

pub const REQUESTS: Name =
    Name::new("gateway_requests_total", &["route", "owner", "status_class"], "Requests answered");
pub const REQUEST_SECONDS: Name = Name::new(
    "gateway_request_seconds",
    &["route", "owner"],
    "Time from the first byte of a request to the last of its answer",
);
pub const LEGACY_FIRST_BYTE_SECONDS: Name = Name::new(
    "gateway_legacy_first_byte_seconds",
    &["route"],
    "Time from the first byte of a request to the head of the legacy's answer",
);
pub const REFUSED: Name = Name::new("gateway_refused_total", &["reason"], "Requests refused at the door");
pub const AUTH_REFUSED: Name =
    Name::new("gateway_auth_refused_total", &["reason"], "Requests whose token was missing or bad");
pub const AUTH_REPORTED: Name =
    Name::new("gateway_auth_reported_total", &["reason"], "Requests let through by auth = \"report\"");
pub const PANICS: Name =
    Name::new("gateway_panics_total", &[], "Requests answered 500 because our own code panicked");

pub const RELOADS: Name =
    Name::new("gateway_routes_reloads_total", &["result"], "Changes of routes.toml that were seen");
pub const MISTAKES: Name = Name::new(
    "gateway_routes_mistakes",
    &[],
    "Mistakes in routes.toml as it is on disk; the last good file stays in force",
);
pub const REVISION: Name = Name::new("gateway_routes_revision", &[], "How many good files have been taken");
