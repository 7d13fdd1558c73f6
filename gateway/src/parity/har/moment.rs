//! Times as HAR writes them, and in microseconds.

use chrono::{DateTime, SecondsFormat};

pub(super) fn read(text: &str) -> Option<u64> {
    DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros().try_into().ok()
}

pub(super) fn write(micros: u64) -> String {
    let moment = i64::try_from(micros).ok().and_then(DateTime::from_timestamp_micros);
    moment.unwrap_or_default().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Nothing of what is not known, which is written as -1. A cast of a float saturates.
pub(super) fn micros(milliseconds: f64) -> u64 {
    (milliseconds * 1000.0).round() as u64
}

/// Exact for 285 years.
pub(super) fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1000.0
}
