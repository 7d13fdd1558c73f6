//! What a column cannot hold although the framework took it: the legacy's driver raises over it, which is its 500.

use chrono::{Datelike, Utc};

use super::{
    Failure,
    field::{DateTime, Decimal, Whole},
};

/// For a column of type `integer`.
pub fn integer(number: &Whole) -> Result<i32, Failure> {
    number.as_i32().ok_or(Failure::LegacyRaises)
}

/// PostgreSQL has no NUL.
pub fn text(text: &str) -> Result<&str, Failure> {
    if text.contains('\0') { Err(Failure::LegacyRaises) } else { Ok(text) }
}

/// No `numeric` has more digits behind the point, not even of a zero.
const MOST_DECIMALS: i64 = 16_383;

/// For a column of type `numeric(precision, scale)`.
pub fn decimal(number: &Decimal, precision: usize, scale: usize) -> Result<&Decimal, Failure> {
    let is_short = number.exponent().is_none_or(|exponent| exponent >= -MOST_DECIMALS);
    if is_short && number.fits(precision, scale) { Ok(number) } else { Err(Failure::LegacyRaises) }
}

/// For a column of type `timestamptz`. Python reads no year before 1 or after 9999 back: the legacy stores such an
/// instant, raises when it shows the row, and again at every list with the row in it. We do not store it.
pub fn instant(moment: DateTime) -> Result<chrono::DateTime<Utc>, Failure> {
    moment.in_utc().filter(|instant| (1..=9999).contains(&instant.year())).ok_or(Failure::LegacyRaises)
}
