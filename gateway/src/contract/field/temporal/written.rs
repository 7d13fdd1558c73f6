//! Bounds as they stand in the source of a model, read by the compiler: one that is no date does not compile.

use chrono::{FixedOffset, NaiveDate, NaiveTime};

use super::{DateTime, Time};

/// `2024-01-31`
pub(super) const fn date(text: &'static str) -> NaiveDate {
    assert!(text.len() == 10, "a date is written 2024-01-31");
    date_in(text.as_bytes())
}

/// `2024-01-31T23:59:59`, with `.000001` or not, with `Z` or `+01:00` or not.
pub(super) const fn datetime(text: &'static str) -> DateTime {
    let bytes = text.as_bytes();
    assert!(bytes.len() >= 19 && bytes[10] == b'T', "a datetime is written 2024-01-31T23:59:59");
    let Time { local, offset } = time_in(bytes, 11);
    DateTime { local: date_in(bytes).and_time(local), offset }
}

/// `23:59:59`, with `.000001` or not, with `Z` or `+01:00` or not.
pub(super) const fn time(text: &'static str) -> Time {
    time_in(text.as_bytes(), 0)
}

const fn date_in(bytes: &[u8]) -> NaiveDate {
    assert!(bytes[4] == b'-' && bytes[7] == b'-', "a date is written 2024-01-31");
    let (year, month, day) = (number(bytes, 0, 4), number(bytes, 5, 2), number(bytes, 8, 2));
    NaiveDate::from_ymd_opt(year as i32, month, day).expect("a day of the calendar")
}

const fn time_in(bytes: &[u8], start: usize) -> Time {
    assert!(bytes.len() >= start + 8, "a time is written 23:59:59");
    assert!(bytes[start + 2] == b':' && bytes[start + 5] == b':', "a time is written 23:59:59");
    let (hour, minute) = (number(bytes, start, 2), number(bytes, start + 3, 2));
    let second = number(bytes, start + 6, 2);
    let has_fraction = bytes.len() > start + 8 && bytes[start + 8] == b'.';
    let (microsecond, end) =
        if has_fraction { (number(bytes, start + 9, 6), start + 15) } else { (0, start + 8) };
    let local = NaiveTime::from_hms_micro_opt(hour, minute, second, microsecond).expect("a time of the day");
    Time { local, offset: offset_in(bytes, end) }
}

const fn offset_in(bytes: &[u8], start: usize) -> Option<FixedOffset> {
    if bytes.len() == start {
        return None;
    }
    let seconds = match bytes[start] {
        b'Z' => 0,
        sign => {
            assert!(bytes.len() == start + 6 && bytes[start + 3] == b':', "an offset is written +01:00");
            let seconds = (number(bytes, start + 1, 2) * 3600 + number(bytes, start + 4, 2) * 60) as i32;
            if sign == b'-' { -seconds } else { seconds }
        }
    };
    FixedOffset::east_opt(seconds)
}

const fn number(bytes: &[u8], start: usize, length: usize) -> u32 {
    let (mut number, mut at) = (0, start);
    while at < start + length {
        assert!(bytes[at].is_ascii_digit(), "a digit is missing");
        number = number * 10 + (bytes[at] - b'0') as u32;
        at += 1;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_with_microseconds_and_offset() {
        const BOUND: DateTime = datetime("2024-02-29T23:59:59.000001-05:30");
        assert_eq!(BOUND.in_utc().unwrap().to_rfc3339(), "2024-03-01T05:29:59.000001+00:00");
        assert_eq!(time("09:00:00").offset, None);
        assert_eq!(time("09:00:00Z").offset.map(|offset| offset.local_minus_utc()), Some(0));
        assert_eq!(date("0024-01-01").to_string(), "0024-01-01");
    }
}
