//! Finds every difference between two answers.
//!
//! Two that are equal byte by byte have none, and two that are not have at least one; the only exceptions are what a
//! body's packing decides: the bytes of gzip, and a length that is stated as it is.

pub(super) mod answers;
mod body;
pub(super) mod events;
mod headers;
pub(super) mod leaves;
mod pieces;
pub(super) mod redacted;
pub(super) mod spelled;
pub(super) mod unordered;
pub(super) mod values;

use super::{
    answer::Answer,
    difference::{Difference, Kind, Place},
};

pub fn compare(legacy: &Answer, native: &Answer) -> Vec<Difference> {
    let mut found = Vec::new();
    if legacy.status != native.status {
        let (legacy, native) = (legacy.status.to_string(), native.status.to_string());
        found.push(Difference { place: Place::Status, kind: Kind::Value, legacy, native });
    }
    headers::compare(legacy, native, &mut found);
    body::compare(legacy, native, &mut found);
    found
}

#[cfg(test)]
mod tests;
