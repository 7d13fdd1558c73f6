//! Instants as other languages and clocks would write them.

use chrono::{DateTime, Duration, NaiveDateTime, SecondsFormat, Utc};

use super::{
    Bench, Kind, Subject,
    document::{Document, Value},
    place_of,
};

pub(super) fn break_them(subject: &Subject<'_>, document: &Document<'_>, bench: &mut Bench<'_>) {
    for site in &document.sites {
        let Value::Text(text) = &site.value else { continue };
        let Some(instant) = Instant::read(text) else { continue };
        let place = place_of(&site.path);
        let mut lay = |kind, text: String| bench.lay(kind, &place, || document.with(site, &text));
        let quoted = |text: &str| format!("\"{text}\"");
        lay(Kind::Zone, quoted(&instant.in_another_zone()));
        if !instant.zone.is_empty() {
            lay(Kind::Naive, quoted(instant.written));
        }
        lay(Kind::Precision, quoted(&instant.in_another_precision()));
        lay(Kind::Epoch, instant.at.and_utc().timestamp().to_string());
        lay(Kind::Shifted, quoted(&instant.moved(instant.at + Duration::hours(2))));
        let long_ago = NaiveDateTime::default() + Duration::days(10_957);
        lay(Kind::LongAgo, quoted(&instant.moved(long_ago)));
        if let Some(now) = DateTime::<Utc>::from_timestamp_micros(subject.ended as i64) {
            lay(Kind::Now, quoted(&instant.moved(now.naive_utc())));
        }
    }
}

struct Instant<'a> {
    written: &'a str,
    /// `Z`, `+00:00`, or nothing.
    zone: &'a str,
    at: NaiveDateTime,
}

impl<'a> Instant<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let zone = ["Z", "+00:00"].into_iter().find(|zone| text.ends_with(zone)).unwrap_or_default();
        let written = &text[..text.len() - zone.len()];
        let at = NaiveDateTime::parse_from_str(written, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
        Some(Self { written, zone: &text[written.len()..], at })
    }

    fn in_another_zone(&self) -> String {
        let zone = if self.zone == "Z" { "+00:00" } else { "Z" };
        format!("{}{zone}", self.written)
    }

    fn in_another_precision(&self) -> String {
        let format = if self.written.contains('.') { SecondsFormat::Millis } else { SecondsFormat::Micros };
        let told = self.at.and_utc().to_rfc3339_opts(format, true);
        format!("{}{}", told.trim_end_matches('Z'), self.zone)
    }

    /// Another time, written as this one.
    fn moved(&self, at: NaiveDateTime) -> String {
        let digits = self.written.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let whole = at.format("%Y-%m-%dT%H:%M:%S").to_string();
        let nanoseconds = format!("{:09}", at.and_utc().timestamp_subsec_nanos());
        let fraction = &nanoseconds[..digits.min(9)];
        let dot = if digits == 0 { "" } else { "." };
        format!("{whole}{dot}{fraction}{}", self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_otherwise_and_nothing_else_is_an_instant() {
        let instant = Instant::read("2026-01-05T09:30:01.123456Z").unwrap();
        assert_eq!(instant.in_another_zone(), "2026-01-05T09:30:01.123456+00:00");
        assert_eq!(instant.in_another_precision(), "2026-01-05T09:30:01.123Z");
        assert_eq!(instant.moved(instant.at + Duration::hours(2)), "2026-01-05T11:30:01.123456Z");
        let whole = Instant::read("2026-01-05T09:30:01").unwrap();
        assert_eq!(whole.in_another_zone(), "2026-01-05T09:30:01Z");
        assert_eq!(whole.in_another_precision(), "2026-01-05T09:30:01.000000");
        for text in ["", "2026-01-05", "09:30:01", "2026-01-05 09:30:01", "1767605401", "Z"] {
            assert!(Instant::read(text).is_none(), "{text}");
        }
    }
}
