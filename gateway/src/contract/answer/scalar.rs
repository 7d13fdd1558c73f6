//! How each type is written.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};

use super::{Answer, NotPrintable, Writer};
use crate::contract::{answer::Encoder, json::Floats};

impl Answer for bool {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.raw(if *self { "true" } else { "false" });
        Ok(())
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Answer for $integer {
            fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
                json.raw(&self.to_string());
                Ok(())
            }
        }
    )*};
}

integers!(i16 i32 i64 u32);

impl Answer for f64 {
    /// Not a number is `null` to pydantic-core, and nothing that `json.dumps` would write.
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        let text = match json.floats {
            _ if self.is_finite() => json.floats.write(*self),
            Floats::PydanticCore => "null".to_owned(),
            Floats::JsonDumps => return Err(NotPrintable),
        };
        json.raw(&text);
        Ok(())
    }
}

impl Answer for String {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.text(self);
        Ok(())
    }
}

/// A text that stands in the program, such as the detail of a failure.
impl Answer for &'static str {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.text(self);
        Ok(())
    }
}

impl<T: Answer> Answer for Option<T> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        match self {
            Some(value) => value.write(json),
            None => {
                json.raw("null");
                Ok(())
            }
        }
    }

    fn is_none(&self) -> bool {
        self.is_none()
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.list(self.iter())
    }
}

/// A `datetime` without a zone.
impl Answer for NaiveDateTime {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        let text = isoformat(*self)?;
        json.text(&text);
        Ok(())
    }
}

/// A `datetime` in UTC: PostgreSQL hands out the zone of the session, which is UTC on Neon.
impl Answer for DateTime<Utc> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        let zone = if json.encoder == Some(Encoder::Plain) { "+00:00" } else { "Z" };
        let text = isoformat(self.naive_utc())? + zone;
        json.text(&text);
        Ok(())
    }
}

/// Microseconds only when there are some, then always six digits. Python has no year before 1 or after 9999 and raises
/// over a row that holds one.
fn isoformat(at: NaiveDateTime) -> Result<String, NotPrintable> {
    if !(1..=9999).contains(&at.year()) {
        return Err(NotPrintable);
    }
    let format = if at.nanosecond() == 0 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M:%S%.6f" };
    Ok(at.format(format).to_string())
}
