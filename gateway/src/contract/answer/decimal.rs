//! A `Decimal`: its text to pydantic-core, a number to `jsonable_encoder`.

use super::{Answer, NotPrintable, Writer};
use crate::contract::field::Decimal;

/// Python does not print an `int` of more digits.
const LONGEST: i64 = 4300;

impl Answer for Decimal {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        if !json.is_plain() {
            return json.quoted(format_args!("{}", self.text()));
        }
        match self.exponent() {
            Some(exponent) if exponent > LONGEST => Err(NotPrintable),
            _ => self.plain().write(json),
        }
    }
}
