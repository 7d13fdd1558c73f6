//! A `datetime`: texts in RFC 3339 and its relatives, dates, and seconds or milliseconds since 1970.
//!
//! The parser is speedate, the one that pydantic-core stands on. Source of what stands around it: pydantic-core
//! `src/input/datetime.rs`, `src/validators/datetime.rs`.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Utc};
use speedate::{Date, DateTimeConfig, MicrosecondsPrecisionOverflowBehavior, ParseError, TimeConfig};
use strum::EnumMessage;

use super::{Field, Unconstrained};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

/// A datetime, as long as nobody asked in which zone it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    local: NaiveDateTime,
    offset: Option<TimeDelta>,
}

impl DateTime {
    /// The instant, where one without a zone is in UTC, the zone of the database session.
    pub fn in_utc(self) -> Option<chrono::DateTime<Utc>> {
        self.local.checked_sub_signed(self.offset.unwrap_or_default()).map(|utc| utc.and_utc())
    }
}

impl Field for DateTime {
    type Rules = Unconstrained;

    fn read<'a>(given: &'a Value, _: &Unconstrained, errors: &mut Errors<'a>) -> Option<Self> {
        of(given).map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn of(value: &Value) -> Result<DateTime, Problem> {
    let read = match value {
        Value::Text(text) => return of_text(text.as_str().unwrap_or_default()),
        Value::Integer(seconds) => speedate::DateTime::from_timestamp_with_config(*seconds, 0, &config()),
        // Python cannot make a float of it either.
        Value::Huge(digits) if digits.parse().is_ok_and(f64::is_infinite) => return Err(no_datetime()),
        Value::Huge(digits) if digits.starts_with('-') => Err(ParseError::DateTooSmall),
        Value::Huge(_) => Err(ParseError::DateTooLarge),
        Value::Float(number) if number.is_nan() => return Err(unparsable("NaN values not permitted")),
        Value::Float(number) => speedate::DateTime::from_float_with_config(*number, &config()),
        Value::None | Value::Bool(_) | Value::List(_) | Value::Dict(_) | Value::File(_) => {
            return Err(no_datetime());
        }
    };
    moment(&read.map_err(|error| unparsable(documentation(&error)))?)
}

fn config() -> DateTimeConfig {
    let overflow = MicrosecondsPrecisionOverflowBehavior::Truncate;
    let time = TimeConfig::builder()
        .microseconds_precision_overflow_behavior(overflow)
        .unix_timestamp_offset(Some(0))
        .build();
    DateTimeConfig::builder().time_config(time).build()
}

fn no_datetime() -> Problem {
    Problem::new("datetime_type", "Input should be a valid datetime")
}

/// What is no datetime may still be a date; if it is neither, the date's complaint is told.
fn of_text(text: &str) -> Result<DateTime, Problem> {
    if let Ok(read) = speedate::DateTime::parse_bytes_with_config(text.as_bytes(), &config()) {
        return moment(&read);
    }
    match Date::parse_bytes(text.as_bytes()) {
        Ok(Date { year, month, day }) => {
            let midnight = day_of(year, month, day).and_then(|day| day.and_hms_opt(0, 0, 0));
            midnight.map(|local| DateTime { local, offset: None }).ok_or_else(|| year_out_of_range(year))
        }
        Err(error) => {
            let reason = documentation(&error);
            let message = format!("Input should be a valid datetime or date, {reason}");
            Err(Problem::new("datetime_from_date_parsing", message).with("error", Value::text(reason)))
        }
    }
}

fn moment(read: &speedate::DateTime) -> Result<DateTime, Problem> {
    let (date, time) = (&read.date, &read.time);
    let local = day_of(date.year, date.month, date.day).and_then(|day| {
        day.and_hms_micro_opt(time.hour.into(), time.minute.into(), time.second.into(), time.microsecond)
    });
    let offset = time.tz_offset.map(|seconds| TimeDelta::seconds(seconds.into()));
    local.map(|local| DateTime { local, offset }).ok_or_else(|| year_out_of_range(date.year))
}

/// Python's calendar begins with the year 1.
fn day_of(year: u16, month: u8, day: u8) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).filter(|_| year > 0)
}

fn year_out_of_range(year: u16) -> Problem {
    unparsable(&format!("year {year} is out of range"))
}

fn unparsable(reason: &str) -> Problem {
    let message = format!("Input should be a valid datetime, {reason}");
    Problem::new("datetime_parsing", message).with("error", Value::text(reason))
}

fn documentation(error: &ParseError) -> &'static str {
    error.get_documentation().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(value: &Value) -> Result<String, Problem> {
        let moment = of(value)?;
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
            let problem = of(&value).expect_err("no datetime");
            assert_eq!((problem.kind, problem.message.as_ref()), (kind, message), "{value:?}");
        }
    }
}
