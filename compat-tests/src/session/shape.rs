//! What a value that clock, chance or database made must look like: allowed to differ is not allowed to be anything.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::recording::Window;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Shape {
    /// The `Date` of an answer given during the run.
    HttpDate,
    /// An instant of the run, in ISO 8601, with or without a zone; both sides alike.
    Timestamp,
    /// A token with the same header and the same claims, but for an `exp` of at most a week after the run.
    Token,
    /// A UUID.
    Uuid,
}

/// Clocks are told in whole seconds, and two of them are never quite the same.
const TOLERANCE: Duration = Duration::from_secs(2);
const LONGEST_TOKEN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Shape {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::HttpDate => "http-date",
            Self::Timestamp => "timestamp",
            Self::Token => "token",
            Self::Uuid => "uuid",
        }
    }

    /// Whether one side's value can have been made during its run.
    pub(super) fn fits(self, value: &str, window: Window) -> bool {
        match self {
            Self::HttpDate => instant(value, "%a, %d %b %Y %H:%M:%S GMT").is_some_and(|at| window.holds(at)),
            Self::Timestamp => {
                let (naive, _) = zone(value);
                // Python writes microseconds when there are some, and then all six digits.
                let whole = naive.split_once('.').is_none_or(|(_, fraction)| fraction.len() == 6);
                whole && instant(naive, "%Y-%m-%dT%H:%M:%S%.f").is_some_and(|at| window.holds(at))
            }
            Self::Token => expiry(value).is_some_and(|expiry| {
                let lasting = Window { began: window.began, ended: window.ended + LONGEST_TOKEN };
                lasting.holds(expiry)
            }),
            Self::Uuid => value.len() == 36 && uuid::Uuid::try_parse(value).is_ok(),
        }
    }

    /// Whether two values that fit differ only in what was generated.
    pub(super) fn alike(self, straight: &str, through: &str) -> bool {
        match self {
            Self::HttpDate | Self::Uuid => true,
            Self::Timestamp => zone(straight).1 == zone(through).1,
            Self::Token => lasting_part(straight) == lasting_part(through),
        }
    }
}

impl Window {
    pub(super) fn holds(self, instant: SystemTime) -> bool {
        self.began - TOLERANCE <= instant && instant <= self.ended + TOLERANCE
    }
}

fn instant(text: &str, format: &str) -> Option<SystemTime> {
    let at: DateTime<Utc> = NaiveDateTime::parse_from_str(text, format).ok()?.and_utc();
    Some(at.into())
}

/// An ISO instant in UTC without and with the way it says so.
fn zone(text: &str) -> (&str, &str) {
    let length = ["Z", "+00:00"].iter().find(|zone| text.ends_with(**zone)).map_or(0, |zone| zone.len());
    text.split_at(text.len() - length)
}

fn claims(token: &str) -> Option<serde_json::Map<String, Value>> {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&claims).ok()
}

fn expiry(token: &str) -> Option<SystemTime> {
    let exp = claims(token)?.get("exp")?.as_u64()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(exp))
}

/// Header, claims but `exp`, and the length of the signature.
fn lasting_part(token: &str) -> Option<(&str, serde_json::Map<String, Value>, usize)> {
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    let mut claims = claims(token)?;
    claims.remove("exp");
    Some((header, claims, signature.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-05 09:30:00 and ten seconds.
    fn window() -> Window {
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_605_400);
        Window { began, ended: began + Duration::from_secs(10) }
    }

    #[test]
    fn a_generated_instant_is_one_of_the_run() {
        for (shape, value, fits) in [
            (Shape::Timestamp, "2026-01-05T09:30:01.123456", true),
            (Shape::Timestamp, "2026-01-05T09:30:01Z", true),
            (Shape::Timestamp, "2026-01-05T09:30:01+00:00", true),
            (Shape::Timestamp, "2026-01-05T09:29:01", false),
            (Shape::Timestamp, "2026-01-05T09:31:00", false),
            (Shape::Timestamp, "2026-01-05 09:30:01", false),
            (Shape::Timestamp, "2026-01-05T09:30:01.123", false),
            (Shape::Timestamp, "2026-01-05T09:30:01+01:00", false),
            (Shape::HttpDate, "Mon, 05 Jan 2026 09:30:01 GMT", true),
            (Shape::HttpDate, "Mon, 05 Jan 2026 10:30:01 GMT", false),
            (Shape::HttpDate, "2026-01-05T09:30:01", false),
            (Shape::Uuid, "9999411b-7547-487f-ae3d-c8be92c0dea6", true),
            (Shape::Uuid, "9999411b7547487fae3dc8be92c0dea6", false),
            (Shape::Uuid, "", false),
        ] {
            assert_eq!(shape.fits(value, window()), fits, "{shape:?} {value}");
        }
        assert!(!Shape::Timestamp.alike("2026-01-05T09:30:01", "2026-01-05T09:30:01Z"));
    }

    fn token(header: &str, claims: &str, signature: &str) -> String {
        [header, claims, signature].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".")
    }

    #[test]
    fn a_token_differs_in_its_end_only() {
        let claims = |subject: &str, exp: u64| format!("{{\"sub\":\"{subject}\",\"exp\":{exp}}}");
        let good = token("{}", &claims("1", 1_767_691_800), "signature");
        for (other, fits, alike) in [
            (token("{}", &claims("1", 1_767_691_802), "SIGNATURE"), true, true),
            (token("{}", &claims("2", 1_767_691_802), "signature"), true, false),
            (token("{ }", &claims("1", 1_767_691_802), "signature"), true, false),
            (token("{}", &claims("1", 1_767_691_802), "sign"), true, false),
            (token("{}", &claims("1", 1_767_605_000), "signature"), false, true),
            (token("{}", &claims("1", 1_777_605_000), "signature"), false, true),
            (format!("{good}.more"), true, false),
            ("none".to_owned(), false, false),
        ] {
            assert_eq!(
                (Shape::Token.fits(&other, window()), Shape::Token.alike(&good, &other)),
                (fits, alike),
                "{other}"
            );
        }
    }
}
