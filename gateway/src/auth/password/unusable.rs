//! Why nothing that a client sends can match what is stored.

use strum::{Display, VariantArray};

/// Told to log and metrics, without the hash.
#[derive(Clone, Copy, Debug, Display, PartialEq, Eq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Unusable {
    /// NULL, or a text of nothing.
    Absent,
    /// What programs write to lock an account: `!`, `*`, or either before a hash.
    Disabled,
    /// Of no form that is known here.
    Unknown,
    /// Begins as a known form does and does not go on as one.
    Malformed,
    /// Asks for more memory or time than any login is worth.
    Absurd,
    /// The column that the mapping names for the salt is NULL.
    NoSalt,
}
