//! Text that pydantic v2 takes for an integer in lax mode.
//!
//! Source: pydantic-core `src/input/shared.rs` (`str_as_int`, `clean_int_str`).

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotAnInteger {
    Unparsable,
    /// Python refuses to convert more than 4,300 digits.
    TooLong,
}

/// The decimal digits of the integer, with a `-` before a negative one: it may be of any size.
pub(super) fn integer(text: &str) -> Result<String, NotAnInteger> {
    let text = text.trim();
    if text.len() > 4300 {
        return Err(NotAnInteger::TooLong);
    }
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let whole = without_zero_fraction(digits);
    let digits = without_underscores(whole).ok_or(NotAnInteger::Unparsable)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotAnInteger::Unparsable);
    }
    let significant = digits.trim_start_matches('0');
    match (significant.is_empty(), negative) {
        (true, _) => Ok("0".to_owned()),
        (false, true) => Ok(format!("-{significant}")),
        (false, false) => Ok(significant.to_owned()),
    }
}

/// `1.0` and `1.000` are one, `1.` and `1.5` are no integers.
fn without_zero_fraction(digits: &str) -> &str {
    match digits.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => digits,
    }
}

/// As in Python's literals: single underscores, between digits only.
fn without_underscores(digits: &str) -> Option<String> {
    let misplaced = digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    (!misplaced).then(|| digits.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("-5", "-5"),
            ("007", "7"),
            ("-0", "0"),
            ("99999999999999999999", "99999999999999999999"),
        ];
        for (text, expected) in good {
            assert_eq!(integer(text).as_deref(), Ok(expected), "{text:?}");
        }
        for bad in ["", "abc", "1.5", "1.", "1e5", "--1", "_1", "1_", "1__0", "٥", "0x10", "1 2", "+", "-"] {
            assert_eq!(integer(bad), Err(NotAnInteger::Unparsable), "{bad:?}");
        }
        assert_eq!(integer(&"1".repeat(4301)), Err(NotAnInteger::TooLong));
    }
}
