//! An `int`, of any size or between two bounds.
//!
//! Source: pydantic-core `src/input/input_python.rs` (`validate_int`), `src/input/shared.rs` (`float_as_int`).

mod digits;

use std::{borrow::Cow, cmp::Ordering, fmt};

use super::{
    Constraints, Field,
    bounds::{Bounds, bounded},
    text::not_unicode,
};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

pub(super) use digits::without_underscores;

/// A Python `int` may be of any size.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Whole(Size);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Size {
    Ordinary(i64),
    /// Beyond that: digits without leading zeros, with a `-` before a negative number.
    Huge(String),
}

#[derive(Clone, Copy, Debug)]
pub struct IntegerRules {
    multiple_of: Option<i64>,
    bounds: Bounds<i64>,
}

impl Constraints for IntegerRules {
    const NONE: Self = Self { multiple_of: None, bounds: Bounds::NONE };
}

bounded!(IntegerRules, i64);

impl IntegerRules {
    #[must_use]
    pub const fn multiple_of(mut self, divisor: i64) -> Self {
        assert!(divisor > 0, "multiples are those of a positive number");
        self.multiple_of = Some(divisor);
        self
    }

    fn judge(self, whole: &Whole) -> Result<(), Problem> {
        if let Some(divisor) = self.multiple_of.filter(|divisor| !whole.is_multiple_of(*divisor)) {
            let message = format!("Input should be a multiple of {divisor}");
            return Err(Problem::new("multiple_of", message).with("multiple_of", Value::Integer(divisor)));
        }
        self.bounds
            .judge(|bound| Some(whole.compare(bound)), |bound| (bound.to_string(), Value::Integer(bound)))
    }
}

impl Whole {
    /// Of digits without leading zeros.
    fn of(digits: &str) -> Self {
        Self(digits.parse().map_or_else(|_| Size::Huge(digits.to_owned()), Size::Ordinary))
    }

    fn compare(&self, bound: i64) -> Ordering {
        match &self.0 {
            Size::Ordinary(number) => number.cmp(&bound),
            Size::Huge(digits) if digits.starts_with('-') => Ordering::Less,
            Size::Huge(_) => Ordering::Greater,
        }
    }

    fn is_multiple_of(&self, divisor: i64) -> bool {
        match &self.0 {
            Size::Ordinary(number) => number % divisor == 0,
            Size::Huge(digits) => {
                let digits = digits.bytes().filter(u8::is_ascii_digit).map(|digit| i128::from(digit - b'0'));
                digits.fold(0, |rest, digit| (rest * 10 + digit) % i128::from(divisor)) == 0
            }
        }
    }

    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Size::Ordinary(number) => Some(*number),
            Size::Huge(_) => None,
        }
    }

    /// As an `integer` column holds it.
    pub fn as_i32(&self) -> Option<i32> {
        i32::try_from(self.as_i64()?).ok()
    }
}

/// For defaults.
impl From<i64> for Whole {
    fn from(number: i64) -> Self {
        Self(Size::Ordinary(number))
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Size::Ordinary(number) => number.fmt(formatter),
            Size::Huge(digits) => formatter.write_str(digits),
        }
    }
}

impl Field for Whole {
    type Rules = IntegerRules;

    fn read<'a>(given: &'a Value, rules: &IntegerRules, errors: &mut Errors<'a>) -> Option<Self> {
        let judged = whole(given).and_then(|whole| rules.judge(&whole).map(|()| whole));
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

/// Without bounds, or with wider ones, what it cannot hold is refused, which the original would take.
macro_rules! bounded_integers {
    ($($integer:ty)*) => {$(
        impl Field for $integer {
            type Rules = IntegerRules;

            fn read<'a>(given: &'a Value, rules: &IntegerRules, errors: &mut Errors<'a>) -> Option<Self> {
                let held = Whole::read(given, rules, errors)?.as_i64().and_then(|number| number.try_into().ok());
                if held.is_none() {
                    errors.push_ours(too_large(), Cow::Borrowed(given));
                }
                held
            }
        }
    )*};
}

bounded_integers!(i16 i32 i64 u32);

pub(super) fn whole(value: &Value) -> Result<Whole, Problem> {
    match value {
        Value::Integer(number) => Ok(Whole(Size::Ordinary(*number))),
        Value::Huge(digits) => Ok(Whole(Size::Huge(digits.clone()))),
        Value::Bool(yes) => Ok(Whole(Size::Ordinary(i64::from(*yes)))),
        Value::Float(number) => of_float(*number),
        Value::Text(text) => digits::of_text(text.as_str().ok_or_else(not_unicode)?),
        Value::None | Value::List(_) | Value::Dict(_) | Value::File(_) => {
            Err(Problem::new("int_type", "Input should be a valid integer"))
        }
    }
}

/// Larger than pydantic converts, or than Python does: it refuses more than 4,300 digits.
pub(super) fn too_large() -> Problem {
    Problem::new("int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size")
}

fn of_float(number: f64) -> Result<Whole, Problem> {
    if !number.is_finite() {
        return Err(Problem::new("finite_number", "Input should be a finite number"));
    }
    if number.fract() != 0.0 {
        let message = "Input should be a valid integer, got a number with a fractional part";
        return Err(Problem::new("int_from_float", message));
    }
    // 2^63 itself is beyond on both sides.
    if number.abs() >= 9_223_372_036_854_775_808.0 {
        return Err(too_large());
    }
    Ok(Whole(Size::Ordinary(number as i64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(result: Result<impl std::fmt::Debug, Problem>) -> &'static str {
        result.expect_err("no integer").kind
    }

    #[test]
    fn numbers_that_are_whole_are_integers() {
        let good = [
            (Value::Bool(true), "1"),
            (Value::Float(-0.0), "0"),
            (Value::Float(1e3), "1000"),
            (Value::Float(9_223_372_036_854_774_784.0), "9223372036854774784"),
            (Value::Huge("9".repeat(30)), "999999999999999999999999999999"),
        ];
        for (value, expected) in good {
            assert_eq!(whole(&value), Ok(Whole::of(expected)), "{value:?}");
        }
        let bad = [
            (Value::Float(5.5), "int_from_float"),
            (Value::Float(1e19), "int_parsing_size"),
            (Value::Float(-9_223_372_036_854_775_808.0), "int_parsing_size"),
            (Value::Float(f64::INFINITY), "finite_number"),
            (Value::None, "int_type"),
            (Value::List(Vec::new()), "int_type"),
        ];
        for (value, expected) in bad {
            assert_eq!(kind(whole(&value)), expected, "{value:?}");
        }
    }

    #[test]
    fn bounds_belong_to_the_range() {
        let page = IntegerRules::NONE.ge(1).le(100);
        let judged = |digits: &str| whole(&Value::text(digits)).and_then(|whole| page.judge(&whole));
        for digits in ["1", "100"] {
            assert_eq!(judged(digits), Ok(()));
        }
        for digits in ["101", "99999999999999999999"] {
            let words = "Input should be less than or equal to 100";
            assert_eq!(
                judged(digits),
                Err(Problem::new("less_than_equal", words).with("le", Value::Integer(100)))
            );
        }
        for digits in ["0", "-99999999999999999999"] {
            let words = "Input should be greater than or equal to 1";
            assert_eq!(
                judged(digits),
                Err(Problem::new("greater_than_equal", words).with("ge", Value::Integer(1)))
            );
        }
    }

    #[test]
    fn a_column_holds_four_bytes() {
        let column = |digits: &str| Whole::of(digits).as_i32();
        assert_eq!((column("2147483647"), column("-2147483648")), (Some(i32::MAX), Some(i32::MIN)));
        assert_eq!((column("2147483648"), column("-99999999999999999999")), (None, None));
    }
}
