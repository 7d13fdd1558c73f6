//! Whether two numbers that are spelled differently are one number, exactly and at any size.

/// `1.50e3` as its sign, its digits `15` and how many places they stand to the left: what is unique to a number.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    is_negative: bool,
    digits: String,
    places: i64,
}

pub(in crate::parity) fn is_number(text: &str) -> bool {
    parts(text).is_some()
}

pub(in crate::parity) fn is_same(one: &str, other: &str) -> bool {
    parts(one).is_some_and(|one| Some(one) == parts(other))
}

fn parts(text: &str) -> Option<Parts> {
    let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || mantissa.ends_with('.') {
        return None;
    }
    let exponent: i64 = exponent.parse().ok()?;
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let trailing = digits.len() - significant.len();
    let digits = significant.trim_start_matches('0').to_owned();
    if digits.is_empty() {
        return Some(Parts { is_negative, digits, places: 0 });
    }
    let places = exponent.checked_sub(fraction.len() as i64)?.checked_add(trailing as i64)?;
    Some(Parts { is_negative, digits, places })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_spelled() {
        for (one, other, expected) in [
            ("1", "1.0", true),
            ("1e-7", "1e-07", true),
            ("1e16", "1E+16", true),
            ("1e16", "10000000000000000", true),
            ("0.10", "0.1", true),
            ("0", "0.000e9", true),
            ("120", "1.2e2", true),
            ("1", "-1", false),
            // To a program these two are not the same.
            ("0.0", "-0.0", false),
            ("9007199254740993", "9007199254740992", false),
            ("1e400", "1e401", false),
            ("1", "\"1\"", false),
            ("1", "1e99999999999999999999", false),
        ] {
            assert_eq!(is_same(one, other), expected, "{one} {other}");
            assert_eq!(is_same(other, one), expected, "{other} {one}");
        }
        for text in ["", "-", "1.", ".1", "1e", "1e+", "0x1", "1-1", "Infinity"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
