//! A decimal as Python reads it from a text, and prints it.
//!
//! Source: Python's `decimal` (`Decimal.__new__`, `Decimal.__str__`) and the bounds of its C implementation.

use super::{Decimal, Exponent};
use crate::contract::field::space::trim;

/// Of 64-bit builds: the power of ten of the first digit, and of the last.
const LARGEST: i64 = 999_999_999_999_999_999;
const SMALLEST: i64 = -1_999_999_999_999_999_997;

/// The zeros of all scripts but ASCII, as Python 3.11 knows them.
const ZEROS: [u32; 65] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
    0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
    0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30,
    0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0,
    0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec,
    0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

pub(super) fn parse(text: &str) -> Option<Decimal> {
    let text = ascii(trim(text))?;
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text.as_str()),
    };
    let (digits, exponent) = word(unsigned).or_else(|| number(unsigned))?;
    Some(Decimal { negative, digits, exponent })
}

/// Digits of all scripts count, and underscores do not, wherever they stand.
fn ascii(text: &str) -> Option<String> {
    text.chars()
        .filter(|character| *character != '_')
        .map(|character| if character.is_ascii() { Some(character) } else { digit(character) })
        .collect()
}

/// Unicode's decimal digits stand in runs of ten, each from zero to nine.
fn digit(character: char) -> Option<char> {
    let code = u32::from(character);
    let zero = ZEROS.get(ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?)?;
    char::from_digit(code - zero, 10)
}

fn word(text: &str) -> Option<(String, Exponent)> {
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "inf" | "infinity") {
        return Some(("0".to_owned(), Exponent::Infinity));
    }
    let (payload, exponent) = match lower.strip_prefix("snan") {
        Some(payload) => (payload, Exponent::SignalingNotANumber),
        None => (lower.strip_prefix("nan")?, Exponent::NotANumber),
    };
    let is_payload = payload.bytes().all(|byte| byte.is_ascii_digit());
    is_payload.then(|| (payload.trim_start_matches('0').to_owned(), exponent))
}

fn number(text: &str) -> Option<(String, Exponent)> {
    let (mantissa, power) = match text.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, saturated(power)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = format!("{whole}{fraction}");
    if all_digits.is_empty() || !all_digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent = power.saturating_sub(i64::try_from(fraction.len()).ok()?);
    let digits = match all_digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let first = exponent.saturating_add(i64::try_from(digits.len()).ok()? - 1);
    let is_kept = exponent >= SMALLEST && first <= LARGEST;
    is_kept.then(|| (digits.to_owned(), Exponent::Of(exponent)))
}

fn saturated(power: &str) -> Option<i64> {
    let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(power.parse().unwrap_or(if power.starts_with('-') { i64::MIN } else { i64::MAX }))
}

/// Scientific where the exponent is positive, or the number begins more than five zeros behind the point.
pub(super) fn print(decimal: &Decimal) -> String {
    let sign = if decimal.negative { "-" } else { "" };
    let digits = &decimal.digits;
    let exponent = match decimal.exponent {
        Exponent::Of(exponent) => exponent,
        Exponent::Infinity => return format!("{sign}Infinity"),
        Exponent::NotANumber => return format!("{sign}NaN{digits}"),
        Exponent::SignalingNotANumber => return format!("{sign}sNaN{digits}"),
    };
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let first = exponent + length - 1;
    if exponent > 0 || first < -6 {
        let (head, tail) = digits.split_at(1);
        let point = if tail.is_empty() { "" } else { "." };
        return format!("{sign}{head}{point}{tail}E{first:+}");
    }
    match usize::try_from(first + 1) {
        Ok(whole @ 1..) if whole < digits.len() => {
            format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
        }
        Ok(1..) => format!("{sign}{digits}"),
        _ => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-first - 1).unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_printed_as_python_prints_it() {
        let table = [
            ("1.10", "1.10"),
            ("\u{2001}\x1c1_0_ ", "10"),
            ("٥٣.٧", "53.7"),
            ("𝟗𝟘𝟛", "903"),
            ("17e3", "1.7E+4"),
            ("0.0000001", "1E-7"),
            ("0.000001", "0.000001"),
            ("0.000", "0.000"),
            ("0E+7", "0E+7"),
            ("-0.0000000", "-0E-7"),
            ("5.", "5"),
            (".5", "0.5"),
            ("007.50", "7.50"),
            ("1e999999999999999999", "1E+999999999999999999"),
            ("1e-1999999999999999997", "1E-1999999999999999997"),
            ("-sNaN0012", "-sNaN12"),
            ("iNf", "Infinity"),
        ];
        for (given, printed) in table {
            assert_eq!(parse(given).map(|decimal| print(&decimal)).as_deref(), Some(printed), "{given:?}");
        }
        for given in [
            "",
            "_",
            ".",
            "e5",
            "1e",
            "1 0",
            "1\0",
            "--1",
            "+",
            "1e1000000000000000000",
            "0e9999999999999999999",
        ] {
            assert!(parse(given).is_none(), "{given:?}");
        }
    }
}
