//! A `date`: as a text, or as a datetime at midnight.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, Utc};

use super::{NO_YEAR_ZERO, Source, Words, config, reason, shown, written};
use crate::contract::{
    field::{
        Constraints, Field,
        bounds::{Bounds, bounded},
    },
    python::Value,
    validation::{Errors, Problem},
};

const WORDS: Words = Words {
    wrong_type: ("date_type", "Input should be a valid date"),
    unparsable: ("date_from_datetime_parsing", "Input should be a valid date or datetime"),
};

/// Bounds are written `ge = "2024-01-31"`.
#[derive(Clone, Copy, Debug)]
pub struct DateRules {
    bounds: Bounds<NaiveDate>,
    past: bool,
    future: bool,
}

impl Constraints for DateRules {
    const NONE: Self = Self { bounds: Bounds::NONE, past: false, future: false };
}

bounded!(DateRules, &'static str, written::date);

impl DateRules {
    /// `PastDate`: before today in UTC.
    #[must_use]
    pub const fn past(mut self, wanted: bool) -> Self {
        self.past = wanted;
        self
    }

    /// `FutureDate`: after today in UTC.
    #[must_use]
    pub const fn future(mut self, wanted: bool) -> Self {
        self.future = wanted;
        self
    }

    fn judge(&self, date: NaiveDate) -> Result<(), Problem> {
        self.bounds.judge(|bound| date.partial_cmp(&bound), |bound| shown(bound.to_string()))?;
        if self.past && date >= Utc::now().date_naive() {
            return Err(Problem::new("date_past", "Date should be in the past"));
        }
        if self.future && date <= Utc::now().date_naive() {
            return Err(Problem::new("date_future", "Date should be in the future"));
        }
        Ok(())
    }
}

impl Field for NaiveDate {
    type Rules = DateRules;

    fn read<'a>(given: &'a Value, rules: &DateRules, errors: &mut Errors<'a>) -> Option<Self> {
        let judged = of(given).and_then(|date| rules.judge(date).and_then(|()| in_calendar(date)));
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn of(value: &Value) -> Result<NaiveDate, Problem> {
    let source = WORDS.source(value)?;
    if let Source::Text(text) = source
        && let Ok(date) = speedate::Date::parse_bytes(text.as_bytes())
    {
        return day(date).ok_or_else(no_date);
    }
    let moment = match source {
        Source::Text(text) => speedate::DateTime::parse_bytes_with_config(text.as_bytes(), &config()),
        Source::Seconds(seconds) => speedate::DateTime::from_timestamp_with_config(seconds, 0, &config()),
        Source::Fraction(number) => speedate::DateTime::from_float_with_config(number, &config()),
    };
    let moment = moment.map_err(|error| WORDS.unparsable(reason(&error)))?;
    let time = moment.time;
    if (time.hour, time.minute, time.second, time.microsecond) != (0, 0, 0, 0) {
        let message = "Datetimes provided to dates should have zero time - e.g. be exact dates";
        return Err(Problem::new("date_from_datetime_inexact", message));
    }
    day(moment.date).ok_or_else(no_date)
}

fn no_date() -> Problem {
    Problem::new(WORDS.wrong_type.0, WORDS.wrong_type.1)
}

/// Python's calendar begins with the year 1, which is noticed when all else is right.
fn in_calendar(date: NaiveDate) -> Result<NaiveDate, Problem> {
    if date.year() > 0 {
        return Ok(date);
    }
    let message = format!("Input should be a valid date in the format YYYY-MM-DD, {NO_YEAR_ZERO}");
    Err(Problem::new("date_parsing", message).with("error", Value::text(NO_YEAR_ZERO)))
}

/// speedate has no day that the calendar does not have.
pub(super) fn day(date: speedate::Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
}
