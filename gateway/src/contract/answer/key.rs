//! What a dict is keyed by. JSON has texts only.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Answer, NotPrintable, Writer};
use crate::contract::python::Text;

pub trait Key {
    fn write_key(&self, json: &mut Writer) -> Result<(), NotPrintable>;

    /// `jsonable_encoder` takes such a name for one of SQLAlchemy's own, and drops it.
    fn is_hidden(&self) -> bool {
        false
    }
}

impl Key for str {
    fn write_key(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.text(self);
        Ok(())
    }

    fn is_hidden(&self) -> bool {
        self.starts_with("_sa")
    }
}

impl Key for String {
    fn write_key(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        self.as_str().write_key(json)
    }

    fn is_hidden(&self) -> bool {
        self.as_str().is_hidden()
    }
}

impl Key for &'static str {
    fn write_key(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        (**self).write_key(json)
    }

    fn is_hidden(&self) -> bool {
        (**self).is_hidden()
    }
}

impl Key for Text {
    fn write_key(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        self.as_str().ok_or(NotPrintable)?.write_key(json)
    }

    fn is_hidden(&self) -> bool {
        self.as_str().is_some_and(Key::is_hidden)
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Key for $integer {
            fn write_key(&self, json: &mut Writer) -> Result<(), NotPrintable> {
                json.quoted(format_args!("{self}"))
            }
        }
    )*};
}

integers!(i16 i32 i64 u32);

impl Key for Uuid {
    fn write_key(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        self.write(json)
    }
}

impl Key for NaiveDate {
    fn write_key(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        self.write(json)
    }
}
