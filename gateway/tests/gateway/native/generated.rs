//! Readings of the clock, in answers and in rows: their shape is checked, their value taken out.

use chrono::{NaiveDateTime, TimeDelta, Utc};
use regex::Regex;

pub(super) struct Clock {
    started: NaiveDateTime,
    stamps: Regex,
}

impl Clock {
    pub(super) fn start() -> Self {
        let stamps = Regex::new(r#""(created_at|updated_at|edited_at|last_change_at)":"([^"]*)""#).unwrap();
        Self { started: Utc::now().naive_utc() - TimeDelta::seconds(1), stamps }
    }

    /// The sample's own instants are of other times and stay. A zone stays as well.
    pub(super) fn mask(&self, body: &str) -> String {
        let replaced = self.stamps.replace_all(body, |found: &regex::Captures<'_>| {
            let (name, value) = (&found[1], &found[2]);
            let (instant, zone) = match value.strip_suffix('Z') {
                Some(instant) => (instant, "Z"),
                None => (value, ""),
            };
            let masked = if self.is_reading(instant) { &format!("<now>{zone}") } else { value };
            format!("\"{name}\":\"{masked}\"")
        });
        replaced.into_owned()
    }

    /// Naive, of this run, with six digits of microseconds or none at all.
    fn is_reading(&self, text: &str) -> bool {
        matches!(text.len(), 19 | 26) && self.is_of_this_run(text, "%Y-%m-%dT%H:%M:%S%.f")
    }

    /// The same as PostgreSQL prints it, in UTC.
    pub(super) fn is_stored(&self, text: &str) -> bool {
        self.is_of_this_run(text.strip_suffix("+00").unwrap_or(text), "%Y-%m-%d %H:%M:%S%.f")
    }

    fn is_of_this_run(&self, text: &str, format: &str) -> bool {
        let Ok(instant) = NaiveDateTime::parse_from_str(text, format) else { return false };
        self.started <= instant && instant <= Utc::now().naive_utc() + TimeDelta::seconds(1)
    }
}
