//! Rules that hold rules for what is inside: `#[field(items(min_length = 1))]`.

use crate::contract::field::{Constraints, DictRules, ListRules, SetRules};

/// The rules of a list or a set.
pub trait Items: Constraints {
    type Items: Constraints;
}

/// The rules of a dict.
pub trait Entries: Constraints {
    type Keys: Constraints;
    type Values: Constraints;
}

impl<R: Constraints> Items for ListRules<R> {
    type Items = R;
}

impl<R: Constraints> Items for SetRules<R> {
    type Items = R;
}

impl<K: Constraints, R: Constraints> Entries for DictRules<K, R> {
    type Keys = K;
    type Values = R;
}
