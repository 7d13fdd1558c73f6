//! The forms of stored hashes by their names, as metrics tell them apart.

use strum::{Display, VariantArray};

#[derive(Clone, Copy, Debug, Display, PartialEq, Eq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Form {
    Argon2,
    Bcrypt,
    BcryptSha256,
    Pbkdf2,
    Scrypt,
    ShaCrypt,
    /// One round of a digest that says which.
    Digest,
    /// As the profile's template has it.
    Template,
}
