//! Rules that hold rules for what is inside: `#[field(items(min_length = 1))]`.

use crate::contract::field::{Constraints, ListRules};

/// The rules of a type that holds others.
pub trait Holding: Constraints {
    /// What may be said about each item of a list, or each value of a dict.
    type Items: Constraints;
}

impl<R: Constraints> Holding for ListRules<R> {
    type Items = R;
}
