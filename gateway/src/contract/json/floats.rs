//! How a float is written: the shortest digits that read back as the same number, in plain form for ordinary magnitudes.

use std::fmt::{self, Write};

/// Which of the original's encoders writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floats {
    PydanticCore,
    JsonDumps,
}

/// As it is written in a profile.
impl fmt::Display for Floats {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::PydanticCore => "pydantic-core",
            Self::JsonDumps => "json.dumps",
        })
    }
}

/// From here on both write an exponent.
const LARGE: i32 = 16;

impl Floats {
    /// Of a number that is finite.
    pub(in crate::contract) fn append(self, value: f64, out: &mut String) {
        let mut buffer = [0; 32];
        let Shortest { negative, digits, exponent } = Shortest::of(value, &mut buffer);
        let (smallest, exponent_width) = match self {
            Self::PydanticCore => (-5, 1),
            Self::JsonDumps => (-4, 2),
        };
        if negative {
            out.push('-');
        }
        if (smallest..0).contains(&exponent) {
            out.push_str("0.");
            zeros(-exponent - 1, out);
            out.push_str(digits);
        } else if (0..LARGE).contains(&exponent) {
            let whole = usize::try_from(exponent + 1).unwrap_or_default();
            let (before, after) = digits.split_at(whole.min(digits.len()));
            out.push_str(before);
            zeros(exponent + 1 - length(before), out);
            out.push('.');
            out.push_str(if after.is_empty() { "0" } else { after });
        } else {
            let (first, others) = digits.split_at(1);
            out.push_str(first);
            if !others.is_empty() {
                out.push('.');
                out.push_str(others);
            }
            out.push_str(if exponent < 0 { "e-" } else { "e+" });
            // Writing to a text does not fail.
            let _ = write!(out, "{:0exponent_width$}", exponent.unsigned_abs());
        }
    }

    pub(in crate::contract) fn write(self, value: f64) -> String {
        let mut out = String::new();
        self.append(value, &mut out);
        out
    }
}

/// Digits without zeros before or after them, the first of which counts `exponent` powers of ten.
struct Shortest<'b> {
    negative: bool,
    digits: &'b str,
    exponent: i32,
}

impl<'b> Shortest<'b> {
    /// Taken from how serde_json writes it. Of two texts that are equally short and equally near, it chooses the even
    /// one, as Python and pydantic-core do; `format!` does not.
    fn of(value: f64, buffer: &'b mut [u8; 32]) -> Self {
        let mut written = [0; 32];
        let mut rest = &mut written[..];
        serde_json::to_writer(&mut rest, &value).expect("no float takes 32 characters");
        let (mut point, mut length, mut exponent, mut negative) = (None, 0_usize, 0, false);
        for (at, byte) in written.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    buffer[length] = *byte;
                    length += 1;
                }
                b'-' => negative = true,
                b'.' => point = Some(length),
                b'e' => {
                    let end = written.iter().position(|byte| *byte == 0).unwrap_or(written.len());
                    let text = str::from_utf8(&written[at + 1..end]).unwrap_or_default();
                    exponent = text.parse().unwrap_or(0);
                    break;
                }
                _ => break,
            }
        }
        let point = point.unwrap_or(length);
        let digits = str::from_utf8(&buffer[..length]).unwrap_or_default();
        let significant = digits.trim_start_matches('0');
        let leading = digits.len() - significant.len();
        let significant = significant.trim_end_matches('0');
        if significant.is_empty() {
            return Self { negative, digits: "0", exponent: 0 };
        }
        let first = i32::try_from(point).unwrap_or_default() - i32::try_from(leading).unwrap_or_default() - 1;
        Self { negative, digits: significant, exponent: exponent + first }
    }
}

fn length(digits: &str) -> i32 {
    i32::try_from(digits.len()).unwrap_or_default()
}

fn zeros(count: i32, out: &mut String) {
    (0..count).for_each(|_| out.push('0'));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_each_encoder_writes_them() {
        // (value, pydantic-core, json.dumps), as the two printed them
        let table = [
            (0.1, "0.1", "0.1"),
            (3.0, "3.0", "3.0"),
            (0.0, "0.0", "0.0"),
            (-0.0, "-0.0", "-0.0"),
            (0.0001, "0.0001", "0.0001"),
            (1e-5, "0.00001", "1e-05"),
            (1.5e-5, "0.000015", "1.5e-05"),
            (1e-6, "1e-6", "1e-06"),
            (5e-324, "5e-324", "5e-324"),
            (1e15, "1000000000000000.0", "1000000000000000.0"),
            (9_007_199_254_740_992.0, "9007199254740992.0", "9007199254740992.0"),
            (1e16, "1e+16", "1e+16"),
            (1.5e16, "1.5e+16", "1.5e+16"),
            (1e100, "1e+100", "1e+100"),
            (-2_090_865_339_182_861.2, "-2090865339182861.2", "-2090865339182861.2"),
        ];
        for (value, core, dumps) in table {
            assert_eq!(Floats::PydanticCore.write(value), core);
            assert_eq!(Floats::JsonDumps.write(value), dumps);
        }
    }
}
