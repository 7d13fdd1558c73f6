//! A `timedelta`: ISO 8601, days and a time, or seconds.

use std::borrow::Cow;

use chrono::TimeDelta;

use speedate::{Duration, ParseError};

use super::{Source, Words, reason, shown, time_config};
use crate::contract::{
    answer::total_seconds,
    field::{
        Constraints, Field,
        bounds::{Bounds, bounded},
    },
    python::Value,
    validation::{Errors, Problem},
};

const WORDS: Words = Words {
    wrong_type: ("time_delta_type", "Input should be a valid timedelta"),
    unparsable: ("time_delta_parsing", "Input should be a valid timedelta"),
};

const DAY: u64 = 86_400;
const MOST_DAYS: i64 = 999_999_999;

/// Bounds are written `ge = TimeDelta::minutes(5)`.
#[derive(Clone, Copy, Debug)]
pub struct TimeDeltaRules {
    bounds: Bounds<TimeDelta>,
}

impl Constraints for TimeDeltaRules {
    const NONE: Self = Self { bounds: Bounds::NONE };
}

bounded!(TimeDeltaRules, TimeDelta);

impl Field for TimeDelta {
    type Rules = TimeDeltaRules;

    fn read<'a>(given: &'a Value, rules: &TimeDeltaRules, errors: &mut Errors<'a>) -> Option<Self> {
        let length = match duration(given) {
            Ok(duration) => length(&duration),
            Err(problem) => {
                errors.push(problem, Cow::Borrowed(given));
                return None;
            }
        };
        // Python's shortest has no fraction of a day: the original raises over what is shorter.
        if length < TimeDelta::days(-MOST_DAYS) {
            let problem = WORDS.unparsable(reason(&ParseError::DurationDaysTooLarge));
            errors.push_ours(problem, Cow::Borrowed(given));
            return None;
        }
        let judged = rules.bounds.judge(|bound| length.partial_cmp(&bound), |bound| shown(words(bound)));
        // What is echoed is the timedelta, as `jsonable_encoder` shows one.
        let seen = || Cow::Owned(Value::Float(total_seconds(length)));
        judged.map_err(|problem| errors.push(problem, seen())).ok()?;
        Some(length)
    }
}

fn duration(value: &Value) -> Result<Duration, Problem> {
    let source = match value {
        Value::Bool(yes) => Source::Seconds(i64::from(*yes)),
        other => WORDS.source(other)?,
    };
    let read = match source {
        Source::Text(text) => Duration::parse_bytes_with_config(text.as_bytes(), &time_config()),
        Source::Seconds(seconds) => {
            let (days, rest) = (seconds.unsigned_abs() / DAY, seconds.unsigned_abs() % DAY);
            Duration::new(seconds >= 0, u32::try_from(days).unwrap_or(u32::MAX), rest as u32, 0)
        }
        Source::Fraction(number) => {
            let away = number.abs();
            let microseconds = (away.fract() * 1e6).round();
            // Casts end at the largest, which is too large.
            let days = (away / DAY as f64) as u32;
            Duration::new(number >= 0.0, days, (away as u64 % DAY) as u32, microseconds as u32)
        }
    };
    read.map_err(|error| WORDS.unparsable(reason(&error)))
}

fn length(duration: &Duration) -> TimeDelta {
    let seconds = TimeDelta::seconds(duration.signed_total_seconds());
    seconds + TimeDelta::microseconds(duration.signed_microseconds().into())
}

/// As Python keeps it: only the days may be negative.
fn words(length: TimeDelta) -> String {
    let day = TimeDelta::days(1);
    let mut days = length.num_days();
    let mut rest = length - TimeDelta::days(days);
    if rest < TimeDelta::zero() {
        days -= 1;
        rest += day;
    }
    let seconds = rest.num_seconds();
    let parts = [
        (days, "day"),
        (seconds / 3600, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
        (i64::from(rest.subsec_micros()), "microsecond"),
    ];
    let said = parts.iter().filter(|(number, _)| *number != 0);
    let said: Vec<_> = said
        .map(|(number, unit)| format!("{number} {unit}{}", if *number == 1 { "" } else { "s" }))
        .collect();
    if said.is_empty() { "0 seconds".to_owned() } else { said.join(" and ") }
}
