//! Readings of the clock, in answers and in rows: their shape is checked, their value taken out.

use chrono::{NaiveDateTime, TimeDelta, Utc};
use regex::Regex;

pub(super) struct Clock {
    started: NaiveDateTime,
    stamps: Regex,
}

impl Clock {
    pub(super) fn start() -> Self {
        let stamps = Regex::new(r#""(created_at|updated_at)":"([^"]*)""#).unwrap();
        Self { started: Utc::now().naive_utc() - TimeDelta::seconds(1), stamps }
    }

    /// The sample's own instants are of other times and stay.
    pub(super) fn mask(&self, body: &str) -> String {
        let replaced = self.stamps.replace_all(body, |found: &regex::Captures<'_>| {
            let (name, value) = (&found[1], &found[2]);
            format!("\"{name}\":\"{}\"", if self.is_reading(value) { "<now>" } else { value })
        });
        replaced.into_owned()
    }

    /// Naive, of this run, with six digits of microseconds or none at all.
    pub(super) fn is_reading(&self, text: &str) -> bool {
        let Ok(instant) = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f") else { return false };
        let shaped = matches!(text.len(), 19 | 26);
        shaped && self.started <= instant && instant <= Utc::now().naive_utc() + TimeDelta::seconds(1)
    }
}
