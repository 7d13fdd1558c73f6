//! A number in a hash, of which there is one spelling.

use super::Unusable;

pub(super) fn decimal(text: &str) -> Result<u32, Unusable> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.starts_with('0') && text.len() > 1) {
        return Err(Unusable::Malformed);
    }
    // Well formed, and more than any limit.
    text.parse().map_err(|_| Unusable::Absurd)
}

/// The number after `name=`.
pub(super) fn named(text: &str, name: &str) -> Result<u32, Unusable> {
    let value = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('='));
    decimal(value.ok_or(Unusable::Malformed)?)
}

/// The fields of a hash, exactly as many as there must be.
pub(super) fn fields<const N: usize>(hash: &str) -> Result<[&str; N], Unusable> {
    let fields: Vec<&str> = hash.split('$').skip(1).collect();
    fields.try_into().map_err(|_| Unusable::Malformed)
}
