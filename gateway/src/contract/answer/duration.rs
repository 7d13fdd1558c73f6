//! A `timedelta`: ISO 8601 to pydantic-core, a number of seconds to `jsonable_encoder`.

use chrono::TimeDelta;

use super::{Answer, NotPrintable, Writer};

/// What a float holds exactly.
const EXACT: u128 = 1 << 53;

impl Answer for TimeDelta {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        if json.is_plain() { total_seconds(*self).write(json) } else { iso(microseconds(*self), json) }
    }
}

fn microseconds(length: TimeDelta) -> i128 {
    i128::from(length.num_seconds()) * 1_000_000 + i128::from(length.subsec_nanos() / 1000)
}

/// Python divides the integers and rounds once.
pub(in crate::contract) fn total_seconds(length: TimeDelta) -> f64 {
    let microseconds = microseconds(length);
    if microseconds.unsigned_abs() < EXACT {
        return microseconds as f64 / 1e6;
    }
    let away = microseconds.unsigned_abs();
    let number: f64 =
        format!("{}.{:06}", away / 1_000_000, away % 1_000_000).parse().unwrap_or(f64::INFINITY);
    if microseconds < 0 { -number } else { number }
}

/// A year has 365 days there. Source: the `speedate` crate (`Display` of `Duration`).
fn iso(microseconds: i128, json: &mut Writer) -> Result<(), NotPrintable> {
    let away = microseconds.unsigned_abs();
    let (days, rest) = (away / 86_400_000_000, away % 86_400_000_000);
    let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000);
    json.raw(if microseconds < 0 { "\"-P" } else { "\"P" });
    part(days / 365, 'Y', json)?;
    part(days % 365, 'D', json)?;
    if rest > 0 || away == 0 {
        json.raw("T");
        part(seconds / 3600, 'H', json)?;
        part(seconds / 60 % 60, 'M', json)?;
        if seconds % 60 > 0 || fraction > 0 || away == 0 {
            json.formatted(format_args!("{}", seconds % 60))?;
            decimals(fraction, json)?;
            json.raw("S");
        }
    }
    json.raw("\"");
    Ok(())
}

fn part(number: u128, unit: char, json: &mut Writer) -> Result<(), NotPrintable> {
    if number == 0 { Ok(()) } else { json.formatted(format_args!("{number}{unit}")) }
}

/// Millionths without zeros at their end.
fn decimals(fraction: u128, json: &mut Writer) -> Result<(), NotPrintable> {
    if fraction > 0 {
        json.formatted(format_args!(".{fraction:06}"))?;
        let end = json.out.trim_end_matches('0').len();
        json.out.truncate(end);
    }
    Ok(())
}
