//! Comparing decimals of any exponents, and dividing them as Python's default context does, in bounded time.

use std::{cmp::Ordering, iter};

use super::{Decimal, Exponent};

/// Digits of a result in Python's default context, and the place of the last digit of its smallest number.
const PRECISION: u32 = 28;
const SMALLEST: i64 = -1_000_026;

pub(super) fn compare(one: &Decimal, other: &Decimal) -> Option<Ordering> {
    let (sign, other_sign) = (sign(one)?, sign(other)?);
    if sign != other_sign || sign == 0 {
        return Some(sign.cmp(&other_sign));
    }
    let magnitudes = match (one.exponent, other.exponent) {
        (Exponent::Of(exponent), Exponent::Of(other_exponent)) => {
            let first = first_place(&one.digits, exponent).cmp(&first_place(&other.digits, other_exponent));
            first.then_with(|| significant(&one.digits).cmp(significant(&other.digits)))
        }
        (Exponent::Infinity, Exponent::Infinity) => Ordering::Equal,
        (Exponent::Infinity, _) => Ordering::Greater,
        _ => Ordering::Less,
    };
    Some(if sign < 0 { magnitudes.reverse() } else { magnitudes })
}

/// Nothing of what is not a number.
fn sign(decimal: &Decimal) -> Option<i8> {
    match decimal.exponent {
        Exponent::NotANumber | Exponent::SignalingNotANumber => None,
        _ if decimal.is_zero() => Some(0),
        _ if decimal.negative => Some(-1),
        _ => Some(1),
    }
}

/// The power of ten that the first digit counts.
fn first_place(digits: &str, exponent: i64) -> i64 {
    exponent + i64::try_from(digits.len()).unwrap_or(i64::MAX) - 1
}

/// Two numbers whose first digits stand in one place are ordered as these are.
fn significant(digits: &str) -> &str {
    digits.trim_end_matches('0')
}

/// `(decimal / divisor) % 1 == 0`, where whatever Python would raise over is no multiple.
pub(super) fn is_multiple(decimal: &Decimal, divisor: &Decimal) -> bool {
    let (Exponent::Of(exponent), Exponent::Of(divisor_exponent)) = (decimal.exponent, divisor.exponent)
    else {
        return false;
    };
    if decimal.is_zero() {
        return true;
    }
    let Some(by) = divisor.digits.parse().ok().filter(|by| *by != 0) else { return false };
    let quotient = Quotient::of(&decimal.digits, by);
    let first = first_place(&decimal.digits, exponent) - divisor_exponent - quotient.leading_zeros;
    let last = first - i64::from(PRECISION) + 1;
    if last < SMALLEST {
        return quotient.vanishes(first);
    }
    let rounded = quotient.rounded();
    match u32::try_from(-last) {
        // Rounded up to one digit more than there may be.
        Ok(0) => rounded < 10_u128.pow(PRECISION),
        Ok(decimals @ ..=PRECISION) => rounded.is_multiple_of(10_u128.pow(decimals)),
        Ok(_) | Err(_) => false,
    }
}

/// What remains behind the digits that are kept, in units of the last of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    BelowHalf,
    Half,
    AboveHalf,
}

/// The first digits of a quotient.
struct Quotient {
    /// As many as the precision allows, the first of them not zero.
    digits: u128,
    /// Digits of the dividend before the quotient begins.
    leading_zeros: i64,
    rest: Rest,
}

impl Quotient {
    /// Of what is not zero.
    fn of(dividend: &str, by: u128) -> Self {
        let mut quotient = Self { digits: 0, leading_zeros: 0, rest: Rest::Nothing };
        let (mut kept, mut remainder) = (0, 0);
        let given = dividend.bytes().map(|digit| u128::from(digit - b'0'));
        for (at, digit) in given.chain(iter::repeat(0)).enumerate() {
            remainder = remainder * 10 + digit;
            let next = remainder / by;
            remainder %= by;
            if kept == PRECISION {
                let is_over = remainder > 0 || dividend.bytes().skip(at + 1).any(|digit| digit != b'0');
                quotient.rest = match (next.cmp(&5), is_over) {
                    (Ordering::Less, false) if next == 0 => Rest::Nothing,
                    (Ordering::Less, _) => Rest::BelowHalf,
                    (Ordering::Equal, false) => Rest::Half,
                    (Ordering::Equal, true) | (Ordering::Greater, _) => Rest::AboveHalf,
                };
                break;
            }
            if kept == 0 && next == 0 {
                quotient.leading_zeros += 1;
            } else {
                quotient.digits = quotient.digits * 10 + next;
                kept += 1;
            }
        }
        quotient
    }

    /// Half to even.
    fn rounded(&self) -> u128 {
        match self.rest {
            Rest::Nothing | Rest::BelowHalf => self.digits,
            Rest::Half => self.digits + self.digits % 2,
            Rest::AboveHalf => self.digits + 1,
        }
    }

    /// Whether it is rounded to nothing where the first digit stands at `first`, near the end of what can be held.
    fn vanishes(&self, first: i64) -> bool {
        let half = 5 * 10_u128.pow(PRECISION - 1);
        match first.cmp(&(SMALLEST - 1)) {
            Ordering::Less => true,
            Ordering::Equal => self.digits < half || (self.digits == half && self.rest == Rest::Nothing),
            Ordering::Greater => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::field::decimal::text::parse;

    fn of(text: &str) -> Decimal {
        parse(text).expect("a decimal")
    }

    #[test]
    fn order_does_not_depend_on_how_a_number_is_written() {
        let ascending =
            ["-inf", "-1e999999999999", "-2", "-1.5", "-0.1", "0", "1e-99999999", "0.99", "1", "10", "inf"];
        for pair in ascending.windows(2) {
            assert!(of(pair[0]) < of(pair[1]), "{pair:?}");
            assert!(of(pair[1]) > of(pair[0]), "{pair:?}");
        }
        for (one, other) in [("1.0", "1.000"), ("1E+2", "100"), ("-0", "0.00"), ("-inf", "-Infinity")] {
            assert_eq!(of(one), of(other));
        }
        assert_eq!(of("nan").partial_cmp(&of("1")), None);
    }

    #[test]
    fn multiples_are_those_of_pythons_default_context() {
        let nines = |many: usize, rest: &str| "9".repeat(many) + rest;
        let table = [
            ("0.10", "0.05", true),
            ("0.11", "0.05", false),
            ("1e26", "0.05", true),
            ("1e27", "0.05", false),
            (&nines(28, ""), "1", true),
            (&nines(29, ""), "1", false),
            (&nines(28, ".4"), "1", true),
            (&nines(28, ".5"), "1", false),
            (&nines(27, ".4"), "1", false),
            (&nines(27, ".04"), "1", true),
            ("1e-1000026", "1", false),
            ("5e-1000027", "1", true),
            ("6e-1000027", "1", false),
            ("1e-99999999", "1", true),
            ("1e-1000027", "0.3", true),
            ("2e-1000027", "0.3", false),
            (&format!("0.{}", nines(40, "")), "1", true),
            ("0e999999999999", "1", true),
            ("1e999999999999", "1", false),
            ("5001", "1E+3", false),
            ("nan", "1", false),
            ("inf", "1", false),
        ];
        for (decimal, divisor, expected) in table {
            assert_eq!(is_multiple(&of(decimal), &of(divisor)), expected, "{decimal} of {divisor}");
        }
    }
}
