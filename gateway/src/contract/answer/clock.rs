//! Dates and times, as Python's `isoformat` writes them: microseconds only when there are some, then always six digits.
//!
//! The two encoders differ in UTC: `Z` to pydantic-core, `+00:00` to Python.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::{Answer, NotPrintable, Writer, digits::padded};
use crate::contract::field;

impl Answer for NaiveDate {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.in_quotes(|out| day(*self, out))
    }
}

impl Answer for NaiveTime {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.in_quotes(|out| {
            clock(*self, out);
            Ok(())
        })
    }
}

/// A `datetime` without a zone.
impl Answer for NaiveDateTime {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.in_quotes(|out| local(*self, out))
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
                json.in_quotes(|out| {
                    clock(self.local(), out);
                    zone.append(out);
                    Ok(())
                })
            }
            None => self.local().write(json),
        }
    }
}

fn moment(at: NaiveDateTime, offset: FixedOffset, json: &mut Writer) -> Result<(), NotPrintable> {
    let zone = Zone::of(offset, json);
    json.in_quotes(|out| {
        local(at, out)?;
        zone.append(out);
        Ok(())
    })
}

fn local(at: NaiveDateTime, out: &mut String) -> Result<(), NotPrintable> {
    day(at.date(), out)?;
    out.push('T');
    clock(at.time(), out);
    Ok(())
}

/// Python has no year before 1 or after 9999 and raises over a row that holds one.
fn day(date: NaiveDate, out: &mut String) -> Result<(), NotPrintable> {
    let year =
        u32::try_from(date.year()).ok().filter(|year| (1..=9999).contains(year)).ok_or(NotPrintable)?;
    padded::<4>(year, out);
    for part in [date.month(), date.day()] {
        out.push('-');
        padded::<2>(part, out);
    }
    Ok(())
}

fn clock(time: NaiveTime, out: &mut String) {
    padded::<2>(time.hour(), out);
    for part in [time.minute(), time.second()] {
        out.push(':');
        padded::<2>(part, out);
    }
    let microseconds = time.nanosecond() / 1000;
    if microseconds > 0 {
        out.push('.');
        padded::<6>(microseconds, out);
    }
}

/// Seconds to the east.
#[derive(Clone, Copy)]
struct Zone {
    seconds: i32,
    utc_is_z: bool,
}

impl Zone {
    fn of(offset: FixedOffset, json: &Writer) -> Self {
        Self { seconds: offset.local_minus_utc(), utc_is_z: !json.is_plain() }
    }

    fn append(self, out: &mut String) {
        if self.seconds == 0 && self.utc_is_z {
            out.push('Z');
            return;
        }
        out.push(if self.seconds < 0 { '-' } else { '+' });
        let away = self.seconds.unsigned_abs();
        padded::<2>(away / 3600, out);
        out.push(':');
        padded::<2>(away / 60 % 60, out);
        if !away.is_multiple_of(60) {
            out.push(':');
            padded::<2>(away % 60, out);
        }
    }
}
