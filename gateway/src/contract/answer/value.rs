//! `Any`: what was read is written again.

use super::{Answer, NotPrintable, Writer};
use crate::contract::python::{Text, Value};

impl Answer for Value {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        match self {
            Self::None => json.raw("null"),
            Self::Bool(yes) => yes.write(json)?,
            Self::Integer(number) => number.write(json)?,
            Self::Huge(digits) => json.raw(digits),
            // Of a value whose type nobody declared, pydantic-core makes null before any version writes it.
            Self::Float(number) if !number.is_finite() && !json.is_plain() => json.raw("null"),
            Self::Float(number) => number.write(json)?,
            Self::Text(text) => text.write(json)?,
            Self::List(items) => items.write(json)?,
            Self::Dict(members) => members.write(json)?,
            // What the original makes of one hangs on its state.
            Self::File(_) => return Err(NotPrintable),
        }
        Ok(())
    }

    fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// A surrogate alone can be sent by neither encoder.
impl Answer for Text {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.text(self.as_str().ok_or(NotPrintable)?);
        Ok(())
    }
}
