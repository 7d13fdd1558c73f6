//! A `Decimal`: sign, digits and exponent exactly as Python's `decimal` keeps them, so that `1.10` stays `1.10`.

mod arithmetic;
mod column;
mod rules;
mod text;

use std::{borrow::Cow, cmp::Ordering, fmt};

use super::Field;
use crate::contract::{
    json::Floats,
    python::Value,
    validation::{Errors, Problem},
};

pub use rules::DecimalRules;

/// Equal numbers are equal whatever their exponents are; no number equals what is not a number.
#[derive(Clone, Debug)]
pub struct Decimal {
    negative: bool,
    /// Without leading zeros; of a zero `0`; of what is no number its payload.
    digits: String,
    exponent: Exponent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exponent {
    Of(i64),
    Infinity,
    NotANumber,
    /// Of which Python raises when it is compared.
    SignalingNotANumber,
}

impl Decimal {
    /// The power of ten that the last digit counts; nothing where there is no number.
    pub fn exponent(&self) -> Option<i64> {
        match self.exponent {
            Exponent::Of(exponent) => Some(exponent),
            Exponent::Infinity | Exponent::NotANumber | Exponent::SignalingNotANumber => None,
        }
    }

    pub fn is_finite(&self) -> bool {
        self.exponent().is_some()
    }

    /// `str()` of it, as in `1.7E+4`.
    pub fn text(&self) -> String {
        text::print(self)
    }

    /// `float()` of it.
    pub fn as_f64(&self) -> f64 {
        let magnitude = match self.exponent {
            Exponent::Of(exponent) => format!("{}e{exponent}", self.digits).parse().unwrap_or(f64::NAN),
            Exponent::Infinity => f64::INFINITY,
            Exponent::NotANumber | Exponent::SignalingNotANumber => f64::NAN,
        };
        if self.negative { -magnitude } else { magnitude }
    }

    /// As `jsonable_encoder` makes JSON of it: an `int` where it has no decimals, else a `float`.
    pub fn plain(&self) -> Value {
        match self.exponent {
            Exponent::Of(exponent @ 0..) => {
                let zeros = if self.is_zero() { 0 } else { usize::try_from(exponent).unwrap_or_default() };
                let sign = if self.negative && !self.is_zero() { "-" } else { "" };
                Value::digits(&format!("{sign}{}{}", self.digits, "0".repeat(zeros)))
            }
            _ => Value::Float(self.as_f64()),
        }
    }

    fn is_zero(&self) -> bool {
        self.is_finite() && self.digits == "0"
    }

    fn of_integer(digits: &str) -> Self {
        let (negative, digits) = match digits.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, digits),
        };
        Self { negative, digits: digits.to_owned(), exponent: Exponent::Of(0) }
    }
}

impl Field for Decimal {
    type Rules = DecimalRules;

    fn read<'a>(given: &'a Value, rules: &DecimalRules, errors: &mut Errors<'a>) -> Option<Self> {
        let judged = decimal(given).and_then(|number| rules.judge(&number).map(|()| number));
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn decimal(value: &Value) -> Result<Decimal, Problem> {
    let parsed = match value {
        Value::Text(text) => text.as_str().and_then(text::parse),
        Value::Integer(number) => Some(Decimal::of_integer(&number.to_string())),
        Value::Huge(digits) => Some(Decimal::of_integer(digits)),
        // What the float is shown as, not what it is.
        Value::Float(number) if number.is_finite() => text::parse(&Floats::JsonDumps.write(*number)),
        Value::Float(number) => text::parse(&number.to_string()),
        Value::None | Value::Bool(_) | Value::List(_) | Value::Dict(_) | Value::File(_) => {
            let message = "Decimal input should be an integer, float, string or Decimal object";
            return Err(Problem::new("decimal_type", message));
        }
    };
    parsed.ok_or_else(|| Problem::new("decimal_parsing", "Input should be a valid decimal"))
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text())
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        arithmetic::compare(self, other)
    }
}
