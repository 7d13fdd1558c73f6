//! A `time`: a text, or seconds since midnight, which are in UTC.

use std::{borrow::Cow, cmp::Ordering, fmt::Write};

use chrono::{FixedOffset, NaiveTime, Timelike};

use super::{Source, Words, reason, shown, time_config, written};
use crate::contract::{
    field::{
        Constraints, Field,
        bounds::{Bounds, bounded},
    },
    python::Value,
    validation::{Errors, Problem},
};

const WORDS: Words = Words {
    wrong_type: ("time_type", "Input should be a valid time"),
    unparsable: ("time_parsing", "Input should be in a valid time format"),
};

/// A time of the day, in some zone or in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    pub(super) local: NaiveTime,
    pub(super) offset: Option<FixedOffset>,
}

/// Bounds are written `ge = "09:00:00"`.
#[derive(Clone, Copy, Debug)]
pub struct TimeRules {
    bounds: Bounds<Time>,
}

impl Constraints for TimeRules {
    const NONE: Self = Self { bounds: Bounds::NONE };
}

bounded!(TimeRules, &'static str, written::time);

impl Time {
    /// What the clock shows there.
    pub fn local(self) -> NaiveTime {
        self.local
    }

    /// Nothing where nobody said in which zone.
    pub fn offset(self) -> Option<FixedOffset> {
        self.offset
    }

    /// Seconds since midnight, which may lie on the day before or after in UTC.
    fn in_utc(self) -> (i64, u32) {
        let east = self.offset.map_or(0, |offset| offset.local_minus_utc());
        (i64::from(self.local.num_seconds_from_midnight()) - i64::from(east), self.local.nanosecond())
    }
}

/// Instants where both are known, else what the clocks show.
impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.offset, other.offset) {
            (Some(_), Some(_)) => Some(self.in_utc().cmp(&other.in_utc())),
            _ => Some(self.local.cmp(&other.local)),
        }
    }
}

impl Field for Time {
    type Rules = TimeRules;

    fn read<'a>(given: &'a Value, rules: &TimeRules, errors: &mut Errors<'a>) -> Option<Self> {
        let judged = of(given).and_then(|time| {
            let show = |bound: Self| shown(text(bound.local, bound.offset));
            rules.bounds.judge(|bound| time.partial_cmp(&bound), show).map(|()| time)
        });
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn of(value: &Value) -> Result<Time, Problem> {
    let read = match WORDS.source(value)? {
        Source::Text(text) => speedate::Time::parse_bytes_with_config(text.as_bytes(), &time_config()),
        Source::Seconds(seconds) => since_midnight(seconds, 0)?,
        Source::Fraction(number) => {
            let microseconds = (number.fract().abs() * 1e6).round();
            since_midnight(number.floor() as i64, microseconds as u32)?
        }
    };
    let read = read.map_err(|error| WORDS.unparsable(reason(&error)))?;
    let offset = read.tz_offset.and_then(FixedOffset::east_opt);
    // speedate has no time that the calendar does not have.
    let local = local(&read).ok_or_else(|| Problem::new(WORDS.wrong_type.0, WORDS.wrong_type.1))?;
    Ok(Time { local, offset })
}

fn since_midnight(
    seconds: i64,
    microseconds: u32,
) -> Result<Result<speedate::Time, speedate::ParseError>, Problem> {
    if seconds < 0 {
        return Err(WORDS.unparsable("time in seconds should be positive"));
    }
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    Ok(speedate::Time::from_timestamp_with_config(seconds, microseconds, &time_config()))
}

pub(super) fn local(time: &speedate::Time) -> Option<NaiveTime> {
    let (hour, minute, second) = (time.hour.into(), time.minute.into(), time.second.into());
    NaiveTime::from_hms_micro_opt(hour, minute, second, time.microsecond)
}

/// Microseconds only when there are some, then always six digits.
pub(super) fn text(local: NaiveTime, offset: Option<FixedOffset>) -> String {
    let format = if local.nanosecond() == 0 { "%H:%M:%S" } else { "%H:%M:%S%.6f" };
    let mut text = local.format(format).to_string();
    match offset.map(|offset| offset.local_minus_utc()) {
        None => {}
        Some(0) => text.push('Z'),
        Some(east) => {
            let (sign, minutes) = (if east < 0 { '-' } else { '+' }, east.abs() / 60);
            // Writing to a text does not fail.
            let _ = write!(text, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        }
    }
    text
}
