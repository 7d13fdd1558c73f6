//! Dates and times, as Python's `isoformat` writes them: microseconds only when there are some, then always six digits.
//!
//! The two encoders differ in UTC: `Z` to pydantic-core, `+00:00` to Python.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::{Answer, NotPrintable, Writer};
use crate::contract::field;

impl Answer for NaiveDate {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.quoted(format_args!("{}", Day::of(*self)?))
    }
}

impl Answer for NaiveTime {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.quoted(format_args!("{}", Clock(*self)))
    }
}

/// A `datetime` without a zone.
impl Answer for NaiveDateTime {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.quoted(format_args!("{}T{}", Day::of(self.date())?, Clock(self.time())))
    }
}

/// A `datetime` in UTC: PostgreSQL hands out the zone of the session, which is UTC on Neon.
impl Answer for DateTime<Utc> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        self.fixed_offset().write(json)
    }
}

impl Answer for DateTime<FixedOffset> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        moment(self.naive_local(), *self.offset(), json)
    }
}

/// As it was given, with or without a zone.
impl Answer for field::DateTime {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        match self.offset() {
            Some(offset) => moment(self.local(), offset, json),
            None => self.local().write(json),
        }
    }
}

impl Answer for field::Time {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        match self.offset() {
            Some(offset) => {
                let zone = Zone::of(offset, json);
                json.quoted(format_args!("{}{zone}", Clock(self.local())))
            }
            None => self.local().write(json),
        }
    }
}

fn moment(local: NaiveDateTime, offset: FixedOffset, json: &mut Writer) -> Result<(), NotPrintable> {
    let zone = Zone::of(offset, json);
    json.quoted(format_args!("{}T{}{zone}", Day::of(local.date())?, Clock(local.time())))
}

struct Day(NaiveDate);

impl Day {
    /// Python has no year before 1 or after 9999 and raises over a row that holds one.
    fn of(date: NaiveDate) -> Result<Self, NotPrintable> {
        if (1..=9999).contains(&date.year()) { Ok(Self(date)) } else { Err(NotPrintable) }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

struct Clock(NaiveTime);

impl fmt::Display for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}:{:02}", self.0.hour(), self.0.minute(), self.0.second())?;
        match self.0.nanosecond() / 1000 {
            0 => Ok(()),
            microseconds => write!(out, ".{microseconds:06}"),
        }
    }
}

/// Seconds to the east.
struct Zone {
    seconds: i32,
    utc_is_z: bool,
}

impl Zone {
    fn of(offset: FixedOffset, json: &Writer) -> Self {
        Self { seconds: offset.local_minus_utc(), utc_is_z: !json.is_plain() }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.seconds == 0 && self.utc_is_z {
            return out.write_str("Z");
        }
        let (sign, away) = (if self.seconds < 0 { '-' } else { '+' }, self.seconds.abs());
        write!(out, "{sign}{:02}:{:02}", away / 3600, away / 60 % 60)?;
        match away % 60 {
            0 => Ok(()),
            seconds => write!(out, ":{seconds:02}"),
        }
    }
}
