//! What may be asked of a decimal, in pydantic's order: finite, digits, a multiple, bounds.
//!
//! Bounds are texts, as the original writes them: `Field(ge=Decimal("0.10"))` is `#[field(ge = "0.10")]`, and `ge=0` is
//! `ge = "0"`.

use super::{Decimal, arithmetic::is_multiple, text};
use crate::contract::{
    field::{
        Constraints,
        bounds::{Bounds, bounded},
    },
    python::Value,
    validation::Problem,
};

#[derive(Clone, Copy, Debug)]
pub struct DecimalRules {
    allow_inf_nan: bool,
    max_digits: Option<u64>,
    decimal_places: Option<u64>,
    multiple_of: Option<&'static str>,
    bounds: Bounds<&'static str>,
}

impl Constraints for DecimalRules {
    const NONE: Self = Self {
        allow_inf_nan: false,
        max_digits: None,
        decimal_places: None,
        multiple_of: None,
        bounds: Bounds::NONE,
    };
}

bounded!(DecimalRules, &'static str, checked);

impl DecimalRules {
    #[must_use]
    pub const fn allow_inf_nan(mut self, allowed: bool) -> Self {
        self.allow_inf_nan = allowed;
        self
    }

    #[must_use]
    pub const fn max_digits(mut self, most: u64) -> Self {
        self.max_digits = Some(most);
        self
    }

    #[must_use]
    pub const fn decimal_places(mut self, most: u64) -> Self {
        self.decimal_places = Some(most);
        self
    }

    #[must_use]
    pub const fn multiple_of(mut self, number: &'static str) -> Self {
        self.multiple_of = Some(checked(number));
        self
    }

    pub(super) fn judge(&self, number: &Decimal) -> Result<(), Problem> {
        if let Some(exponent) = number.exponent() {
            self.judge_digits(&number.digits, exponent)?;
        } else if !self.allow_inf_nan {
            return Err(Problem::new("finite_number", "Input should be a finite number"));
        }
        let divisor = self.multiple_of.and_then(text::parse).filter(|divisor| !is_multiple(number, divisor));
        if let Some(divisor) = divisor {
            let message = format!("Input should be a multiple of {divisor}");
            return Err(Problem::new("multiple_of", message).with("multiple_of", divisor.plain()));
        }
        self.bounds.judge(
            |bound| number.partial_cmp(&text::parse(bound)?),
            |bound| {
                text::parse(bound).map_or((String::new(), Value::None), |bound| (bound.text(), bound.plain()))
            },
        )
    }

    /// Zeros at the end count only where the number would be too long without them, too.
    fn judge_digits(&self, digits: &str, exponent: i64) -> Result<(), Problem> {
        let given = Size::of(digits.len(), exponent);
        let significant = digits.trim_end_matches('0').len();
        let zeros = i64::try_from(digits.len() - significant).unwrap_or(i64::MAX);
        let short = if significant == 0 { Size::of(1, 0) } else { Size::of(significant, exponent + zeros) };
        let least = |of: fn(&Size) -> u64| of(&given).min(of(&short));
        if let Some(most) = self.max_digits.filter(|most| least(|size| size.digits) > *most) {
            let message =
                format!("Decimal input should have no more than {} in total", counted(most, "digit"));
            return Err(Problem::new("decimal_max_digits", message).with("max_digits", count(most)));
        }
        let Some(places) = self.decimal_places else { return Ok(()) };
        if least(|size| size.decimals) > places {
            let message =
                format!("Decimal input should have no more than {}", counted(places, "decimal place"));
            return Err(Problem::new("decimal_max_places", message).with("decimal_places", count(places)));
        }
        let most = self.max_digits.map(|most| most.saturating_sub(places));
        if let Some(most) =
            most.filter(|most| least(|size| size.digits.saturating_sub(size.decimals)) > *most)
        {
            let words = counted(most, "digit");
            let message = format!("Decimal input should have no more than {words} before the decimal point");
            return Err(Problem::new("decimal_whole_digits", message).with("whole_digits", count(most)));
        }
        Ok(())
    }
}

/// How many digits a number has when it is written out, and how many of them behind the point.
struct Size {
    digits: u64,
    decimals: u64,
}

impl Size {
    fn of(digits: usize, exponent: i64) -> Self {
        let digits = u64::try_from(digits).unwrap_or(u64::MAX);
        match u64::try_from(exponent) {
            Ok(zeros) => Self { digits: digits + zeros, decimals: 0 },
            Err(_) => Self { digits: digits.max(exponent.unsigned_abs()), decimals: exponent.unsigned_abs() },
        }
    }
}

/// A bound that is no number does not compile.
const fn checked(number: &'static str) -> &'static str {
    let (bytes, mut at, mut digits) = (number.as_bytes(), 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'0'..=b'9' => digits += 1,
            b'-' | b'+' => assert!(at == 0 || matches!(bytes[at - 1], b'e' | b'E'), "a bound is a number"),
            b'.' | b'e' | b'E' => assert!(digits > 0, "a bound begins with a digit"),
            _ => panic!("a bound is a number"),
        }
        at += 1;
    }
    // Division keeps ten times the divisor in 128 bits.
    assert!(digits > 0 && digits < 38, "a bound has one to 37 digits");
    number
}

fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn count(number: u64) -> Value {
    Value::digits(&number.to_string())
}
