//! Integers as digits, without the formatter, which costs more than all else about a number.

/// As many digits as it has.
pub(super) fn whole(number: i64, out: &mut String) {
    let mut digits = [0; LONGEST];
    let (mut start, mut rest) = (LONGEST, number.unsigned_abs());
    loop {
        start -= 1;
        digits[start] = last_digit(&mut rest);
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push('-');
    }
    push(&digits[start..], out);
}

/// The last digits, zeros before them.
pub(super) fn padded<const WIDTH: usize>(number: u32, out: &mut String) {
    let (mut digits, mut rest) = ([0; WIDTH], u64::from(number));
    digits.iter_mut().rev().for_each(|digit| *digit = last_digit(&mut rest));
    push(&digits, out);
}

/// Those of 2^63.
const LONGEST: usize = 19;

fn last_digit(rest: &mut u64) -> u8 {
    let digit = b'0' + (*rest % 10) as u8;
    *rest /= 10;
    digit
}

fn push(digits: &[u8], out: &mut String) {
    out.push_str(str::from_utf8(digits).expect("digits are ASCII"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_formatter() {
        for number in [0, 1, -1, 9, 10, 99, 1001, -2_147_483_648, i64::MAX, i64::MIN] {
            let mut out = "x".to_owned();
            whole(number, &mut out);
            assert_eq!(out, format!("x{number}"));
        }
        for number in [0, 7, 45, 9999, 123_456] {
            let mut out = String::new();
            padded::<6>(number, &mut out);
            assert_eq!(out, format!("{number:06}"));
        }
    }
}
