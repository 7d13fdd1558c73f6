//! How values that are one thing are written.

use bytes::Bytes;
use uuid::Uuid;

use super::{Answer, NotPrintable, Writer};
use crate::contract::{
    field::{Email, Url, Whole},
    json::Floats,
};

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
                json.whole(i64::from(*self));
                Ok(())
            }
        }
    )*};
}

integers!(i16 i32 i64 u32);

/// An `int` of any size.
impl Answer for Whole {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.formatted(format_args!("{self}"))
    }
}

impl Answer for f64 {
    /// Not a number is `null` to pydantic-core, and nothing that `json.dumps` would write.
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        match json.floats() {
            floats if self.is_finite() => floats.append(*self, &mut json.out),
            Floats::PydanticCore => json.raw("null"),
            Floats::JsonDumps => return Err(NotPrintable),
        }
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

impl Answer for Uuid {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.quoted(format_args!("{self}"))
    }
}

impl Answer for Email {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.text(self);
        Ok(())
    }
}

impl Answer for Url {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.text(self.as_str());
        Ok(())
    }
}

/// `bytes` are shown as the text that they are.
impl Answer for Bytes {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.text(str::from_utf8(self).map_err(|_| NotPrintable)?);
        Ok(())
    }
}
