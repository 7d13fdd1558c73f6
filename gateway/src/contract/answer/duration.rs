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
    let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
    json.raw(if microseconds < 0 { "\"-P" } else { "\"P" });
    let mut part = |number: u128, unit: char| match number {
        0 => Ok(()),
        number => json.formatted(format_args!("{number}{unit}")),
    };
    part(days / 365, 'Y')?;
    part(days % 365, 'D')?;
    if rest > 0 || away == 0 {
        json.raw("T");
        let mut part = |number: u128, unit: char| match number {
            0 => Ok(()),
            number => json.formatted(format_args!("{number}{unit}")),
        };
        part(seconds / 3600, 'H')?;
        part(seconds / 60 % 60, 'M')?;
        match (seconds % 60, micros) {
            (0, 0) if away > 0 => {}
            (seconds, 0) => json.formatted(format_args!("{seconds}S"))?,
            (seconds, micros) => {
                json.formatted(format_args!("{seconds}.{micros:06}"))?;
                let digits = json.out.trim_end_matches('0').len();
                json.out.truncate(digits);
                json.raw("S");
            }
        }
    }
    json.raw("\"");
    Ok(())
}
