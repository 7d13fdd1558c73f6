//! A `Decimal`: its text to pydantic-core, a number to `jsonable_encoder`.

use super::{Answer, NotPrintable, Writer};
use crate::contract::field::Decimal;

/// Python does not print an `int` of more digits.
const LONGEST: i64 = 4300;

impl Answer for Decimal {
    /// What is no number passes no `response_model`.
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        let exponent = self.exponent().ok_or(NotPrintable)?;
        if !json.is_plain() {
            return json.quoted(format_args!("{}", self.text()));
        }
        if exponent > LONGEST { Err(NotPrintable) } else { self.plain().write(json) }
    }
}
