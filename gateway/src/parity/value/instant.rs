//! An instant and the way it is written: separator, precision and zone are part of what a client parses.

use chrono::NaiveDateTime;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instant {
    /// Since 1970 in UTC; what has no zone is taken as UTC.
    pub micros: u64,
    separator: char,
    digits: usize,
    /// As it is written: `Z`, `+00:00`, nothing.
    zone: String,
}

/// Python writes all six digits of the microseconds, or none where there are none.
const PYTHON_DIGITS: usize = 6;

/// In microseconds.
const DAY: u64 = 86_400_000_000;

impl Instant {
    pub fn read(text: &str) -> Option<Self> {
        if !text.is_ascii() || text.len() < 19 {
            return None;
        }
        let separator = text[10..].chars().next().filter(|letter| matches!(letter, 'T' | ' '))?;
        let (second, rest) = text.split_at(19);
        let format = if separator == 'T' { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
        let naive = NaiveDateTime::parse_from_str(second, format).ok()?;
        let (fraction, zone) = match rest.strip_prefix('.') {
            None => ("", rest),
            Some(rest) => {
                let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
                if end == 0 || end > 9 {
                    return None;
                }
                rest.split_at(end)
            }
        };
        let micros: i64 = format!("{fraction:0<6}")[..PYTHON_DIGITS].parse().ok()?;
        let total = naive.and_utc().timestamp_micros() + micros - offset(zone)? * 1_000_000;
        let micros = u64::try_from(total).ok()?;
        Some(Self { micros, separator, digits: fraction.len(), zone: zone.to_owned() })
    }

    pub fn is_written_like(&self, other: &Self) -> bool {
        let is_python = |digits| digits == 0 || digits == PYTHON_DIGITS;
        let digits = self.digits == other.digits || (is_python(self.digits) && is_python(other.digits));
        // One side without a fraction is an accident only where the microseconds are none.
        let is_whole = |instant: &Self| instant.digits > 0 || instant.micros.is_multiple_of(1_000_000);
        self.separator == other.separator
            && digits
            && is_whole(self)
            && is_whole(other)
            && (self.zone == other.zone || self.is_other_season(other))
    }

    /// A zone that puts its clocks forward has two distances from UTC: an hour apart, and never on one day.
    fn is_other_season(&self, other: &Self) -> bool {
        let hours = match (offset(&self.zone), offset(&other.zone)) {
            (Some(one), Some(other)) if one != 0 || other != 0 => one.abs_diff(other),
            (_, _) => return false,
        };
        let is_numeric = |zone: &str| zone.starts_with(['+', '-']) && zone.len() == self.zone.len();
        hours == 3600
            && is_numeric(&self.zone)
            && is_numeric(&other.zone)
            && self.micros.abs_diff(other.micros) > DAY
    }

    /// What the last digit is worth, in microseconds.
    pub fn grain(&self) -> u64 {
        10_u64.pow(PYTHON_DIGITS.saturating_sub(self.digits) as u32)
    }
}

/// In seconds.
fn offset(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone == "Z" {
        return Some(0);
    }
    let sign = match zone.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return None,
    };
    let digits: String = zone[1..].chars().filter(|letter| *letter != ':').collect();
    let is_time = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = if is_time { digits.split_at(2) } else { return None };
    Some(sign * (hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60))
}

/// In microseconds.
pub fn http_date(text: &str) -> Option<u64> {
    let at = NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    u64::try_from(at.and_utc().timestamp_micros()).ok()
}
