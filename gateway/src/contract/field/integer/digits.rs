//! An integer out of a text: what a literal of Python may have, and zeros behind a point.
//!
//! Source: pydantic-core `src/input/shared.rs` (`str_as_int`, `clean_int_str`).

use super::{Whole, too_large};
use crate::contract::validation::Problem;

/// First as it stands, then with all that a literal of Python may have besides digits taken away.
pub(super) fn of_text(text: &str) -> Result<Whole, Problem> {
    let text = text.trim();
    match digits(text) {
        Found::Whole(whole) => Ok(whole),
        Found::TooLong => Err(too_large()),
        Found::No => {
            let cleaned = cleaned(text).map_or(Found::No, |cleaned| digits(&cleaned));
            match cleaned {
                Found::Whole(whole) => Ok(whole),
                Found::TooLong | Found::No => {
                    let message = "Input should be a valid integer, unable to parse string as an integer";
                    Err(Problem::new("int_parsing", message))
                }
            }
        }
    }
}

enum Found {
    Whole(Whole),
    TooLong,
    No,
}

/// A sign and digits without leading zeros, judged from the left: what follows too many digits is not looked at.
fn digits(text: &str) -> Found {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    match length {
        0 => Found::No,
        2.. if digits.starts_with('0') => Found::No,
        4301.. => Found::TooLong,
        _ if length < digits.len() => Found::No,
        _ if negative => Found::Whole(Whole::of(&format!("-{digits}"))),
        _ => Found::Whole(Whole::of(digits)),
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
pub(in crate::contract::field) fn without_underscores(digits: &str) -> Option<String> {
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
            assert_eq!(of_text(text), Ok(Whole::of(expected)), "{text:?}");
        }
        for bad in [
            "", "abc", "1.5", "1.", "1e5", "--1", "_1", "1_", "1__0", "٥", "0x10", "1 2", "+", "-", "+-5",
            "-0-1", "0_", "0_.0",
        ] {
            assert_eq!(kind(of_text(bad)), "int_parsing", "{bad:?}");
        }
        let (zeros, ones) = ("0".repeat(5000), "1".repeat(4301));
        assert_eq!(kind(of_text(&ones)), "int_parsing_size");
        assert_eq!(kind(of_text(&format!("{ones}x"))), "int_parsing_size");
        assert_eq!(kind(of_text(&format!("0{ones}"))), "int_parsing");
        assert_eq!(of_text(&format!("{zeros}5")), Ok(Whole::of("5")));
    }
}
