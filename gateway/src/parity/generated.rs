//! What a value that clock or chance made must look like: allowed to differ is not allowed to be anything.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;

/// When the answers that are compared were given.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    pub began: SystemTime,
    pub ended: SystemTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Class {
    /// The `Date` of an answer.
    HttpDate,
    /// An instant in ISO 8601, with or without a zone; both sides alike.
    Instant,
    /// A UUID.
    Uuid,
    /// A number from a sequence that only one side has drawn from: larger than nothing, and whole.
    Sequence,
}

/// Clocks are told in whole seconds, and two of them are never quite the same.
const TOLERANCE: Duration = Duration::from_secs(2);

impl Class {
    /// Whether both can have been generated during the run, and differ in nothing but that.
    pub(super) fn explains(self, legacy: &str, native: &str, window: Window) -> bool {
        self.fits(legacy, window) && self.fits(native, window) && self.alike(legacy, native)
    }

    fn fits(self, value: &str, window: Window) -> bool {
        match self {
            Self::HttpDate => instant(value, "%a, %d %b %Y %H:%M:%S GMT").is_some_and(|at| window.holds(at)),
            Self::Instant => {
                let (naive, _) = zone(value);
                // Python writes microseconds when there are some, and then all six digits.
                let whole = naive.split_once('.').is_none_or(|(_, fraction)| fraction.len() == 6);
                whole && instant(naive, "%Y-%m-%dT%H:%M:%S%.f").is_some_and(|at| window.holds(at))
            }
            Self::Uuid => value.len() == 36 && uuid::Uuid::try_parse(value).is_ok(),
            Self::Sequence => {
                value.parse::<i64>().is_ok_and(|number| number.to_string() == value && number > 0)
            }
        }
    }

    fn alike(self, legacy: &str, native: &str) -> bool {
        match self {
            Self::HttpDate | Self::Uuid | Self::Sequence => true,
            Self::Instant => zone(legacy).1 == zone(native).1,
        }
    }
}

impl Window {
    fn holds(self, instant: SystemTime) -> bool {
        self.began - TOLERANCE <= instant && instant <= self.ended + TOLERANCE
    }
}

fn instant(text: &str, format: &str) -> Option<SystemTime> {
    let at: DateTime<Utc> = NaiveDateTime::parse_from_str(text, format).ok()?.and_utc();
    Some(at.into())
}

/// An instant in UTC without and with the way it says so.
fn zone(text: &str) -> (&str, &str) {
    let length = ["Z", "+00:00"].iter().find(|zone| text.ends_with(**zone)).map_or(0, |zone| zone.len());
    text.split_at(text.len() - length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_value_has_the_shape_of_its_class_and_is_of_the_run() {
        // 2026-01-05 09:30:00 and ten seconds.
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_605_400);
        let window = Window { began, ended: began + Duration::from_secs(10) };
        let (instant, uuid) = ("2026-01-05T09:30:01.123456", "9999411b-7547-487f-ae3d-c8be92c0dea6");
        for (class, legacy, native, expected) in [
            (Class::Instant, instant, "2026-01-05T09:30:02", true),
            (Class::Instant, "2026-01-05T09:30:01Z", "2026-01-05T09:30:02Z", true),
            (Class::Instant, "2026-01-05T09:30:01Z", "2026-01-05T09:30:02+00:00", false),
            (Class::Instant, instant, "2026-01-05T09:30:02Z", false),
            (Class::Instant, instant, "2026-01-05T09:29:01", false),
            (Class::Instant, instant, "2026-01-05T09:31:00", false),
            (Class::Instant, instant, "2026-01-05 09:30:01", false),
            (Class::Instant, instant, "2026-01-05T09:30:01.123", false),
            (Class::Instant, instant, "2026-01-05T09:30:01+01:00", false),
            (Class::Instant, instant, "1767605401", false),
            (Class::Instant, instant, "", false),
            (Class::HttpDate, "Mon, 05 Jan 2026 09:30:01 GMT", "Mon, 05 Jan 2026 09:30:02 GMT", true),
            (Class::HttpDate, "Mon, 05 Jan 2026 09:30:01 GMT", "Mon, 05 Jan 2026 10:30:02 GMT", false),
            (Class::HttpDate, "Mon, 05 Jan 2026 09:30:01 GMT", instant, false),
            (Class::Uuid, uuid, "9999411b-7547-487f-ae3d-c8be92c0dea7", true),
            (Class::Uuid, uuid, "9999411b7547487fae3dc8be92c0dea6", false),
            (Class::Sequence, "1001", "1002", true),
            (Class::Sequence, "1001", "0", false),
            (Class::Sequence, "1001", "01002", false),
            (Class::Sequence, "1001", "1002.0", false),
        ] {
            assert_eq!(class.explains(legacy, native, window), expected, "{class} {legacy} {native}");
            assert_eq!(class.explains(native, legacy, window), expected, "{class} {native} {legacy}");
        }
    }
}
