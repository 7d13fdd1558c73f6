//! Numbers of a JSON document: an `int` of any size, or a `float`.
//!
//! Source: CPython 3.11, `Modules/_json.c` (`_match_number_unicode`).

use super::{NotJson, Scanner};
use crate::contract::python::Value;

/// Python refuses to convert more, unless it is told otherwise (`PYTHONINTMAXSTRDIGITS`).
const MOST_DIGITS: usize = 4300;

impl Scanner<'_> {
    pub(super) fn number(&mut self) -> Result<Value, NotJson> {
        let start = self.at;
        let bytes = &self.text[start..];
        let sign = usize::from(bytes.first() == Some(&b'-'));
        let whole = match bytes.get(sign) {
            Some(b'0') => 1,
            _ => digits(bytes, sign),
        };
        if whole == 0 {
            return Err(self.invalid("Expecting value", start));
        }
        let fraction = fraction(bytes, sign + whole);
        let exponent = exponent(bytes, sign + whole + fraction);
        let length = sign + whole + fraction + exponent;
        self.at += length;
        let text = std::str::from_utf8(&bytes[..length]).map_err(|_| NotJson::Unreadable)?;
        if fraction + exponent > 0 {
            return text.parse().map(Value::Float).map_err(|_| NotJson::Unreadable);
        }
        if whole > MOST_DIGITS {
            return Err(NotJson::Unreadable);
        }
        Ok(Value::digits(text))
    }
}

fn digits(bytes: &[u8], from: usize) -> usize {
    bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count()
}

/// The length of `.5`; a point alone belongs to whatever follows the number.
fn fraction(bytes: &[u8], from: usize) -> usize {
    let after = digits(bytes, from + 1);
    if bytes.get(from) == Some(&b'.') && after > 0 { 1 + after } else { 0 }
}

/// The length of `e+5`.
fn exponent(bytes: &[u8], from: usize) -> usize {
    let Some(b'e' | b'E') = bytes.get(from) else { return 0 };
    let sign = usize::from(matches!(bytes.get(from + 1), Some(b'+' | b'-')));
    let after = digits(bytes, from + 1 + sign);
    if after > 0 { 1 + sign + after } else { 0 }
}
