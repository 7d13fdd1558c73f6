//! A decimal in a column of type `numeric`, which keeps as many digits behind the point as were given.

use std::{cmp::Ordering, error::Error};

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

use super::{Decimal, Exponent};

/// What stands in the place of the sign.
const NEGATIVE: u16 = 0x4000;
const NOT_A_NUMBER: u16 = 0xc000;
const INFINITY: u16 = 0xd000;
const MINUS_INFINITY: u16 = 0xf000;

/// PostgreSQL takes no more digits than these before and behind the point.
const MOST_WHOLE: i64 = 131_072;
const MOST_DECIMALS: u16 = 16_383;

type Failed = Box<dyn Error + Sync + Send>;

impl Decimal {
    /// Whether a column of type `numeric(precision, scale)` takes it, which rounds what has more decimals.
    pub fn fits(&self, precision: usize, scale: usize) -> bool {
        // The first that would be rounded to one digit more.
        let digits = format!("{}5", "9".repeat(precision));
        let exponent = Exponent::Of(-1 - i64::try_from(scale).unwrap_or(i64::MAX));
        let limit = Self { negative: false, digits, exponent };
        let magnitude = Self { negative: false, ..self.clone() };
        magnitude.partial_cmp(&limit).is_none_or(Ordering::is_lt)
    }
}

impl ToSql for Decimal {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        let sign = match self.exponent {
            Exponent::Of(exponent) => return finite(self, exponent, out),
            Exponent::Infinity if self.negative => MINUS_INFINITY,
            Exponent::Infinity => INFINITY,
            Exponent::NotANumber | Exponent::SignalingNotANumber => NOT_A_NUMBER,
        };
        header(out, 0, 0, sign, 0);
        Ok(IsNull::No)
    }

    accepts!(NUMERIC);

    to_sql_checked!();
}

fn header(out: &mut BytesMut, groups: i16, weight: i16, sign: u16, decimals: u16) {
    out.put_i16(groups);
    out.put_i16(weight);
    out.put_u16(sign);
    out.put_u16(decimals);
}

fn finite(decimal: &Decimal, exponent: i64, out: &mut BytesMut) -> Result<IsNull, Failed> {
    let decimals = u16::try_from(exponent.min(0).unsigned_abs()).ok().filter(|most| *most <= MOST_DECIMALS);
    let whole = exponent + i64::try_from(decimal.digits.len())?;
    let decimals = decimals.filter(|_| whole <= MOST_WHOLE).ok_or("value overflows numeric format")?;
    let mut digits = decimal.digits.clone() + &"0".repeat(usize::try_from(exponent.max(0))?);
    let decimals_given = usize::from(decimals);
    if digits.len() < decimals_given {
        digits.insert_str(0, &"0".repeat(decimals_given - digits.len()));
    }
    // Groups of four begin at the point, in both directions.
    digits.insert_str(0, &"0".repeat(until_four(digits.len() - decimals_given)));
    digits.push_str(&"0".repeat(until_four(decimals_given)));
    let point = (digits.len() - decimals_given.next_multiple_of(4)) / 4;
    let groups: Vec<u16> = digits
        .as_bytes()
        .chunks(4)
        .map(|group| group.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
        .collect();
    let Some(first) = groups.iter().position(|group| *group != 0) else {
        header(out, 0, 0, 0, decimals);
        return Ok(IsNull::No);
    };
    let end = groups.iter().rposition(|group| *group != 0).unwrap_or(first) + 1;
    let weight = i16::try_from(i64::try_from(point)? - 1 - i64::try_from(first)?)?;
    let sign = if decimal.negative { NEGATIVE } else { 0 };
    header(out, i16::try_from(end - first)?, weight, sign, decimals);
    for group in &groups[first..end] {
        out.put_u16(*group);
    }
    Ok(IsNull::No)
}

fn until_four(length: usize) -> usize {
    length.next_multiple_of(4) - length
}

impl<'a> FromSql<'a> for Decimal {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        let numbers: Vec<[u8; 2]> = raw.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
        let [_, weight, sign, decimals, groups @ ..] = numbers.as_slice() else {
            return Err("a numeric is at least four numbers".into());
        };
        let weight = i16::from_be_bytes(*weight);
        let special =
            |negative, exponent, digits: &str| Ok(Self { negative, digits: digits.to_owned(), exponent });
        match u16::from_be_bytes(*sign) {
            NOT_A_NUMBER => return special(false, Exponent::NotANumber, ""),
            INFINITY => return special(false, Exponent::Infinity, "0"),
            MINUS_INFINITY => return special(true, Exponent::Infinity, "0"),
            _ => {}
        }
        let decimals = u16::from_be_bytes(*decimals);
        let mut digits = String::new();
        for group in groups {
            digits.push_str(&format!("{:04}", u16::from_be_bytes(*group)));
        }
        // As many digits as there are before the point and behind it, whatever was left away as zero.
        let length = (i64::from(weight) + 1) * 4 + i64::from(decimals);
        let length = usize::try_from(length).unwrap_or_default();
        digits = format!("{digits:0<length$}");
        digits.truncate(length);
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        special(u16::from_be_bytes(*sign) == NEGATIVE, Exponent::Of(-i64::from(decimals)), digits)
    }

    accepts!(NUMERIC);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::field::decimal::text::parse;

    #[test]
    fn what_is_stored_is_read_back_with_its_scale() {
        let table = [
            ("0", "0"),
            ("-0.00", "0.00"),
            ("1.10", "1.10"),
            ("-12345.678", "-12345.678"),
            ("10000", "10000"),
            ("1E+9", "1000000000"),
            ("0.00001", "0.00001"),
            ("0.1234", "0.1234"),
            ("99999999.00000001", "99999999.00000001"),
            ("1E-20", "1E-20"),
            ("NaN", "NaN"),
            ("-Infinity", "-Infinity"),
        ];
        for (given, stored) in table {
            let mut raw = BytesMut::new();
            parse(given).unwrap().to_sql(&Type::NUMERIC, &mut raw).unwrap();
            assert_eq!(Decimal::from_sql(&Type::NUMERIC, &raw).unwrap().text(), stored, "{given}");
        }
    }

    #[test]
    fn a_column_of_bounded_precision_rounds_before_it_refuses() {
        for fits in ["9999.99", "-9999.994999", "0.001", "1E-30", "NaN", "0E+30"] {
            assert!(parse(fits).unwrap().fits(6, 2), "{fits}");
        }
        for does_not in ["9999.995", "-10000", "1E+4", "Infinity", "-Infinity", "1e999999999"] {
            assert!(!parse(does_not).unwrap().fits(6, 2), "{does_not}");
        }
    }

    #[test]
    fn what_is_larger_than_any_column_is_not_written_out() {
        for given in ["1e999999999999", "1e-999999999999"] {
            assert!(parse(given).unwrap().to_sql(&Type::NUMERIC, &mut BytesMut::new()).is_err());
        }
    }
}
