//! A `float`, with a tolerance for multiples.
//!
//! Source: pydantic-core `src/input/input_python.rs` (`validate_float`), `src/input/shared.rs` (`str_as_float`).

use std::borrow::Cow;

use super::{
    Constraints, Field,
    bounds::{Bounds, bounded},
    integer::without_underscores,
    text::not_unicode,
};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

#[derive(Clone, Copy, Debug)]
pub struct FloatRules {
    allow_inf_nan: bool,
    multiple_of: Option<f64>,
    bounds: Bounds<f64>,
}

impl Constraints for FloatRules {
    const NONE: Self = Self { allow_inf_nan: true, multiple_of: None, bounds: Bounds::NONE };
}

bounded!(FloatRules, f64);

/// How far from a multiple a float may be.
const TOLERANCE: f64 = 1e-9;

impl FloatRules {
    #[must_use]
    pub const fn allow_inf_nan(mut self, allowed: bool) -> Self {
        self.allow_inf_nan = allowed;
        self
    }

    #[must_use]
    pub const fn multiple_of(mut self, divisor: f64) -> Self {
        self.multiple_of = Some(divisor);
        self
    }

    fn judge(self, number: f64) -> Result<f64, Problem> {
        if !self.allow_inf_nan && !number.is_finite() {
            return Err(Problem::new("finite_number", "Input should be a finite number"));
        }
        let is_off = |divisor: &f64| (number - (number / divisor).round() * divisor).abs() > TOLERANCE;
        if let Some(divisor) = self.multiple_of.filter(is_off) {
            let message = format!("Input should be a multiple of {divisor}");
            return Err(Problem::new("multiple_of", message).with("multiple_of", Value::Float(divisor)));
        }
        let show = |bound: f64| (bound.to_string(), Value::Float(bound));
        self.bounds.judge(|bound| number.partial_cmp(&bound), show)?;
        Ok(number)
    }
}

impl Field for f64 {
    type Rules = FloatRules;

    fn read<'a>(given: &'a Value, rules: &FloatRules, errors: &mut Errors<'a>) -> Option<Self> {
        let judged = number(given).and_then(|number| rules.judge(number));
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn number(value: &Value) -> Result<f64, Problem> {
    let no_float = || Problem::new("float_type", "Input should be a valid number");
    match value {
        Value::Float(number) => Ok(*number),
        Value::Bool(yes) => Ok(f64::from(u8::from(*yes))),
        // Python raises where an `int` is larger than any float; a JSON number of such a size is infinite instead.
        Value::Integer(number) => Ok(*number as f64),
        Value::Huge(digits) => {
            digits.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(no_float)
        }
        Value::Text(text) => of_text(text.as_str().ok_or_else(not_unicode)?).ok_or_else(|| {
            Problem::new(
                "float_parsing",
                "Input should be a valid number, unable to parse string as a number",
            )
        }),
        Value::None | Value::List(_) | Value::Dict(_) | Value::File(_) => Err(no_float()),
    }
}

/// With space around it or with underscores in it, not both.
fn of_text(text: &str) -> Option<f64> {
    text.trim().parse().ok().or_else(|| without_underscores(text)?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURS: FloatRules = FloatRules::NONE.ge(0.0).allow_inf_nan(false);

    fn read(value: &Value) -> Result<f64, Problem> {
        HOURS.judge(number(value)?)
    }

    #[test]
    fn what_pydantic_takes_for_a_float() {
        let huge = "1".repeat(309);
        let table = [
            (Value::Integer(1), 1.0),
            (Value::Bool(true), 1.0),
            (Value::Huge(huge), 1.111_111_111_111_111_2e308),
            (Value::Float(-0.0), -0.0),
            (Value::text(" 5 "), 5.0),
            (Value::text("\u{a0}1e3"), 1000.0),
            (Value::text("1_0"), 10.0),
            (Value::text("1_e5"), 1e5),
            (Value::text("5."), 5.0),
            (Value::text("+.5"), 0.5),
            (Value::text("1e-400"), 0.0),
        ];
        for (value, expected) in table {
            assert_eq!(read(&value).map(f64::to_bits), Ok(f64::to_bits(expected)), "{value:?}");
        }
    }

    #[test]
    fn what_it_does_not() {
        let table = [
            (Value::None, "float_type"),
            (Value::List(Vec::new()), "float_type"),
            (Value::Huge("9".repeat(400)), "float_type"),
            (Value::text(""), "float_parsing"),
            (Value::text("abc"), "float_parsing"),
            (Value::text("1__0"), "float_parsing"),
            (Value::text("_1"), "float_parsing"),
            (Value::text("0x1"), "float_parsing"),
            (Value::text("1 2"), "float_parsing"),
            (Value::text("５"), "float_parsing"),
            (Value::text("iNf"), "finite_number"),
            (Value::text("+nan"), "finite_number"),
            (Value::text("1e400"), "finite_number"),
            (Value::Float(f64::NAN), "finite_number"),
            (Value::Float(-5e-324), "greater_than_equal"),
        ];
        for (value, kind) in table {
            assert_eq!(read(&value).expect_err("no number").kind, kind, "{value:?}");
        }
        let problem = read(&Value::Integer(-1)).expect_err("too small");
        assert_eq!(problem.message, "Input should be greater than or equal to 0");
        assert_eq!(problem.context, [("ge", Value::Float(0.0))]);
    }
}
