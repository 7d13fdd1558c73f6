//! An `int`, of any size or between two bounds.
//!
//! Source: pydantic-core `src/input/shared.rs` (`str_as_int`, `clean_int_str`, `float_as_int`).

use std::borrow::Cow;

use super::{Constraints, Field};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

/// The decimal digits of an integer, with a `-` before a negative one: a Python `int` may be of any size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole(String);

#[derive(Clone, Copy, Debug)]
pub struct IntegerRules {
    ge: Option<i64>,
    le: Option<i64>,
}

impl Constraints for IntegerRules {
    const NONE: Self = Self { ge: None, le: None };
}

impl IntegerRules {
    #[must_use]
    pub const fn ge(mut self, least: i64) -> Self {
        self.ge = Some(least);
        self
    }

    #[must_use]
    pub const fn le(mut self, most: i64) -> Self {
        self.le = Some(most);
        self
    }

    fn judge(self, whole: &Whole) -> Result<(), Problem> {
        let number = whole.saturated();
        if let Some(most) = self.le.filter(|most| number > *most) {
            let message = format!("Input should be less than or equal to {most}");
            return Err(Problem::new("less_than_equal", message).with("le", Value::Integer(most)));
        }
        if let Some(least) = self.ge.filter(|least| number < *least) {
            let message = format!("Input should be greater than or equal to {least}");
            return Err(Problem::new("greater_than_equal", message).with("ge", Value::Integer(least)));
        }
        Ok(())
    }
}

impl Whole {
    /// As near as an `i64` comes.
    fn saturated(&self) -> i64 {
        self.0.parse().unwrap_or(if self.0.starts_with('-') { i64::MIN } else { i64::MAX })
    }

    /// As an `integer` column holds it.
    pub fn as_i32(&self) -> Option<i32> {
        self.0.parse().ok()
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
impl Field for i32 {
    type Rules = IntegerRules;

    fn read<'a>(given: &'a Value, rules: &IntegerRules, errors: &mut Errors<'a>) -> Option<Self> {
        let number = Whole::read(given, rules, errors)?.0.parse();
        number.map_err(|_| errors.push_ours(too_large(), Cow::Borrowed(given))).ok()
    }
}

impl Field for i64 {
    type Rules = IntegerRules;

    fn read<'a>(given: &'a Value, rules: &IntegerRules, errors: &mut Errors<'a>) -> Option<Self> {
        let number = Whole::read(given, rules, errors)?.0.parse();
        number.map_err(|_| errors.push_ours(too_large(), Cow::Borrowed(given))).ok()
    }
}

fn whole(value: &Value) -> Result<Whole, Problem> {
    match value {
        Value::Integer(number) => Ok(Whole(number.to_string())),
        Value::Huge(digits) => Ok(Whole(digits.clone())),
        Value::Bool(yes) => Ok(Whole(u8::from(*yes).to_string())),
        Value::Float(number) => of_float(*number),
        Value::Text(text) => of_text(text.as_str().unwrap_or_default()),
        Value::None | Value::List(_) | Value::Dict(_) | Value::File(_) => {
            Err(Problem::new("int_type", "Input should be a valid integer"))
        }
    }
}

/// Larger than pydantic converts, or than Python does: it refuses more than 4,300 digits.
fn too_large() -> Problem {
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
    Ok(Whole((number as i64).to_string()))
}

/// First as it stands, then with all that a literal of Python may have besides digits taken away.
fn of_text(text: &str) -> Result<Whole, Problem> {
    let text = text.trim();
    match decimal(text) {
        Decimal::Whole(whole) => Ok(whole),
        Decimal::TooLong => Err(too_large()),
        Decimal::No => {
            let cleaned = cleaned(text).map_or(Decimal::No, |cleaned| decimal(&cleaned));
            match cleaned {
                Decimal::Whole(whole) => Ok(whole),
                Decimal::TooLong | Decimal::No => {
                    let message = "Input should be a valid integer, unable to parse string as an integer";
                    Err(Problem::new("int_parsing", message))
                }
            }
        }
    }
}

enum Decimal {
    Whole(Whole),
    TooLong,
    No,
}

/// A sign and digits without leading zeros, judged from the left: what follows too many digits is not looked at.
fn decimal(text: &str) -> Decimal {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    match length {
        0 => Decimal::No,
        2.. if digits.starts_with('0') => Decimal::No,
        4301.. => Decimal::TooLong,
        _ if length < digits.len() => Decimal::No,
        _ if negative && digits != "0" => Decimal::Whole(Whole(format!("-{digits}"))),
        _ => Decimal::Whole(Whole(digits.to_owned())),
    }
}

/// Without zeros before and after the digits, and without underscores.
fn cleaned(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = without_underscores(without_zero_fraction(without_leading_zeros(digits)?))?;
    Some(format!("{sign}{digits}"))
}

/// pydantic-core looks for the end of the zeros only, so that `0-1` is -1 and `0_.0` is nothing.
fn without_leading_zeros(digits: &str) -> Option<&str> {
    match digits.as_bytes().first()? {
        b'0' => {}
        b'1'..=b'9' => return Some(digits),
        _ => return None,
    }
    for (at, byte) in digits.bytes().enumerate().skip(1) {
        match byte {
            b'0' | b'_' => {}
            b'1'..=b'9' | b'-' => return Some(&digits[at..]),
            b'.' => return Some(&digits[at - 1..]),
            _ => return None,
        }
    }
    Some(&digits[digits.len() - 1..])
}

/// `1.0` and `1.000` are one, `1.` and `1.5` are no integers.
fn without_zero_fraction(digits: &str) -> &str {
    match digits.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => digits,
    }
}

/// As in Python's literals: single underscores, between digits only.
pub(super) fn without_underscores(digits: &str) -> Option<String> {
    let misplaced = digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    (!misplaced).then(|| digits.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(result: Result<impl std::fmt::Debug, Problem>) -> &'static str {
        result.expect_err("no integer").kind
    }

    #[test]
    fn what_pydantic_takes_for_an_integer() {
        let good = [
            ("1", "1"),
            ("+1", "1"),
            (" 1", "1"),
            ("1\n", "1"),
            ("1_000", "1000"),
            ("1.0", "1"),
            ("1.00", "1"),
            ("1_0.0", "10"),
            ("-5", "-5"),
            ("007", "7"),
            ("-0", "0"),
            ("0_1", "1"),
            ("0__1", "1"),
            ("0-1", "-1"),
            ("-0.0", "0"),
            ("99999999999999999999", "99999999999999999999"),
        ];
        for (text, expected) in good {
            assert_eq!(whole(&Value::text(text)), Ok(Whole(expected.to_owned())), "{text:?}");
        }
        for bad in [
            "", "abc", "1.5", "1.", "1e5", "--1", "_1", "1_", "1__0", "٥", "0x10", "1 2", "+", "-", "+-5",
            "-0-1", "0_", "0_.0",
        ] {
            assert_eq!(kind(whole(&Value::text(bad))), "int_parsing", "{bad:?}");
        }
        let (zeros, ones) = ("0".repeat(5000), "1".repeat(4301));
        assert_eq!(kind(whole(&Value::text(&ones))), "int_parsing_size");
        assert_eq!(kind(whole(&Value::text(&format!("{ones}x")))), "int_parsing_size");
        assert_eq!(kind(whole(&Value::text(&format!("0{ones}")))), "int_parsing");
        assert_eq!(whole(&Value::text(&format!("{zeros}5"))), Ok(Whole("5".to_owned())));
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
            assert_eq!(whole(&value), Ok(Whole(expected.to_owned())), "{value:?}");
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
        let column = |digits: &str| Whole(digits.to_owned()).as_i32();
        assert_eq!((column("2147483647"), column("-2147483648")), (Some(i32::MAX), Some(i32::MIN)));
        assert_eq!((column("2147483648"), column("-99999999999999999999")), (None, None));
    }
}
