//! A `datetime`: texts in RFC 3339 and its relatives, dates, and seconds or milliseconds since 1970.

use std::{borrow::Cow, cmp::Ordering};

use chrono::{Datelike, FixedOffset, NaiveDateTime, NaiveTime, Utc};
use speedate::Date;

use super::{NO_YEAR_ZERO, Source, Words, config, date::day, reason, shown, time, written};
use crate::contract::{
    field::{
        Constraints, Field,
        bounds::{Bounds, bounded},
    },
    python::Value,
    validation::{Errors, Problem},
};

const WORDS: Words = Words {
    wrong_type: ("datetime_type", "Input should be a valid datetime"),
    unparsable: ("datetime_parsing", "Input should be a valid datetime"),
};

/// Of a text that is no number either.
const NEITHER: Words = Words {
    wrong_type: WORDS.wrong_type,
    unparsable: ("datetime_from_date_parsing", "Input should be a valid datetime or date"),
};

/// A datetime, as long as nobody asked in which zone it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    pub(super) local: NaiveDateTime,
    pub(super) offset: Option<FixedOffset>,
}

/// Bounds are written `ge = "2024-01-31T00:00:00Z"`.
#[derive(Clone, Copy, Debug)]
pub struct DateTimeRules {
    bounds: Bounds<DateTime>,
    past: bool,
    future: bool,
    aware: bool,
    naive: bool,
}

impl Constraints for DateTimeRules {
    const NONE: Self = Self { bounds: Bounds::NONE, past: false, future: false, aware: false, naive: false };
}

bounded!(DateTimeRules, &'static str, written::datetime);

impl DateTimeRules {
    /// `PastDatetime`
    #[must_use]
    pub const fn past(mut self, wanted: bool) -> Self {
        self.past = wanted;
        self
    }

    /// `FutureDatetime`
    #[must_use]
    pub const fn future(mut self, wanted: bool) -> Self {
        self.future = wanted;
        self
    }

    /// `AwareDatetime`
    #[must_use]
    pub const fn aware(mut self, wanted: bool) -> Self {
        self.aware = wanted;
        self
    }

    /// `NaiveDatetime`
    #[must_use]
    pub const fn naive(mut self, wanted: bool) -> Self {
        self.naive = wanted;
        self
    }

    fn judge(&self, moment: DateTime) -> Result<(), Problem> {
        self.bounds.judge(|bound| moment.partial_cmp(&bound), |bound| shown(bound.text()))?;
        let now = DateTime::of_utc(Utc::now());
        if self.past && moment.partial_cmp(&now) != Some(Ordering::Less) {
            return Err(Problem::new("datetime_past", "Input should be in the past"));
        }
        if self.future && moment.partial_cmp(&now) != Some(Ordering::Greater) {
            return Err(Problem::new("datetime_future", "Input should be in the future"));
        }
        if self.aware && moment.offset.is_none() {
            return Err(Problem::new("timezone_aware", "Input should have timezone info"));
        }
        if self.naive && moment.offset.is_some() {
            return Err(Problem::new("timezone_naive", "Input should not have timezone info"));
        }
        Ok(())
    }
}

impl DateTime {
    pub fn of_utc(instant: chrono::DateTime<Utc>) -> Self {
        Self { local: instant.naive_utc(), offset: FixedOffset::east_opt(0) }
    }

    /// What the clock shows there.
    pub fn local(self) -> NaiveDateTime {
        self.local
    }

    /// Nothing where nobody said in which zone.
    pub fn offset(self) -> Option<FixedOffset> {
        self.offset
    }

    /// The instant, where one without a zone is in UTC, the zone of the database session.
    pub fn in_utc(self) -> Option<chrono::DateTime<Utc>> {
        let east = self.offset.map_or(0, |offset| offset.local_minus_utc());
        self.local.checked_sub_signed(chrono::TimeDelta::seconds(east.into())).map(|utc| utc.and_utc())
    }

    fn text(self) -> String {
        format!("{}T{}", self.local.date(), time::text(self.local.time(), self.offset))
    }
}

/// Instants where both are known, else what the clocks show.
impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.offset, other.offset) {
            (Some(_), Some(_)) => Some(self.in_utc()?.cmp(&other.in_utc()?)),
            _ => Some(self.local.cmp(&other.local)),
        }
    }
}

impl Field for DateTime {
    type Rules = DateTimeRules;

    fn read<'a>(given: &'a Value, rules: &DateTimeRules, errors: &mut Errors<'a>) -> Option<Self> {
        let judged = of(given).and_then(|moment| rules.judge(moment).and_then(|()| in_calendar(moment)));
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn of(value: &Value) -> Result<DateTime, Problem> {
    let read = match WORDS.source(value)? {
        Source::Text(text) => return of_text(text),
        Source::Seconds(seconds) => speedate::DateTime::from_timestamp_with_config(seconds, 0, &config()),
        Source::Fraction(number) => speedate::DateTime::from_float_with_config(number, &config()),
    };
    moment(&read.map_err(|error| WORDS.unparsable(reason(&error)))?).ok_or_else(no_datetime)
}

fn no_datetime() -> Problem {
    Problem::new(WORDS.wrong_type.0, WORDS.wrong_type.1)
}

/// Python's calendar begins with the year 1, which is noticed when all else is right.
fn in_calendar(moment: DateTime) -> Result<DateTime, Problem> {
    if moment.local.year() > 0 { Ok(moment) } else { Err(WORDS.unparsable(NO_YEAR_ZERO)) }
}

/// What is no datetime may still be a date; if it is neither, the date's complaint is told.
fn of_text(text: &str) -> Result<DateTime, Problem> {
    if let Ok(read) = speedate::DateTime::parse_bytes_with_config(text.as_bytes(), &config()) {
        return moment(&read).ok_or_else(no_datetime);
    }
    let date = Date::parse_bytes(text.as_bytes()).map_err(|error| NEITHER.unparsable(reason(&error)))?;
    let local = day(date).ok_or_else(no_datetime)?.and_time(NaiveTime::MIN);
    Ok(DateTime { local, offset: None })
}

fn moment(read: &speedate::DateTime) -> Option<DateTime> {
    let local = day(read.date)?.and_time(time::local(&read.time)?);
    Some(DateTime { local, offset: read.time.tz_offset.and_then(FixedOffset::east_opt) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(value: &Value) -> Result<String, Problem> {
        let moment = of(value).and_then(in_calendar)?;
        Ok(moment.in_utc().expect("chrono's years reach far").format("%Y-%m-%dT%H:%M:%S%.6f").to_string())
    }

    #[test]
    fn instants_are_those_of_pydantic() {
        let table = [
            (Value::Integer(0), "1970-01-01T00:00:00.000000"),
            (Value::Integer(20_000_000_000), "2603-10-11T11:33:20.000000"),
            (Value::Integer(20_000_000_001), "1970-08-20T11:33:20.001000"),
            (Value::Integer(-62_135_596_800_000), "0001-01-01T00:00:00.000000"),
            (Value::Float(-1.25), "1969-12-31T23:59:58.750000"),
            (Value::Float(1_700_000_000.123_456_7), "2023-11-14T22:13:20.123457"),
            (Value::text("1700000000.5"), "2023-11-14T22:13:20.500000"),
            (Value::text("20240101"), "1970-08-23T06:15:01.000000"),
            (Value::text("2024-01-01"), "2024-01-01T00:00:00.000000"),
            (Value::text("2024-01-01_00:00"), "2024-01-01T00:00:00.000000"),
            (Value::text("2024-01-01t00:00:00,5z"), "2024-01-01T00:00:00.500000"),
            (Value::text("2024-01-01T00:00:00.1234567"), "2024-01-01T00:00:00.123456"),
            (Value::text("2024-01-01T00:00:00+0530"), "2023-12-31T18:30:00.000000"),
            (Value::text("2024-01-01T00:00:00\u{2212}05:00"), "2024-01-01T05:00:00.000000"),
        ];
        for (value, expected) in table {
            assert_eq!(utc(&value).as_deref(), Ok(expected), "{value:?}");
        }
    }

    #[test]
    fn complaints_are_those_of_pydantic() {
        let date = "datetime_from_date_parsing";
        let huge = Value::Huge("9".repeat(30));
        let tiny = Value::Huge(format!("-{}", "9".repeat(30)));
        let table = [
            (Value::Bool(true), "datetime_type", "Input should be a valid datetime"),
            (Value::Huge("1".repeat(400)), "datetime_type", "Input should be a valid datetime"),
            (Value::text(""), date, "Input should be a valid datetime or date, input is too short"),
            (
                Value::text("2024-02-30"),
                date,
                "Input should be a valid datetime or date, day value is outside expected range",
            ),
            (
                Value::text(" 2024-01-01"),
                date,
                "Input should be a valid datetime or date, invalid character in year",
            ),
            (
                Value::text("2024-01-01T24:00"),
                date,
                "Input should be a valid datetime or date, unexpected extra characters at the end of the input",
            ),
            (
                Value::text("0000-01-01"),
                "datetime_parsing",
                "Input should be a valid datetime, year 0 is out of range",
            ),
            (
                Value::Float(f64::NAN),
                "datetime_parsing",
                "Input should be a valid datetime, NaN values not permitted",
            ),
            (
                huge,
                "datetime_parsing",
                "Input should be a valid datetime, dates after 9999 are not supported as unix timestamps",
            ),
            (
                tiny,
                "datetime_parsing",
                "Input should be a valid datetime, dates before 0000 are not supported as unix timestamps",
            ),
        ];
        for (value, kind, message) in table {
            let problem = of(&value).and_then(in_calendar).expect_err("no datetime");
            assert_eq!((problem.kind, problem.message.as_ref()), (kind, message), "{value:?}");
        }
    }
}
