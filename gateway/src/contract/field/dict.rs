//! `dict[K, T]`: the names of an object are read as `K`.

use std::{borrow::Cow, hash::Hash};

use indexmap::IndexMap;

use super::{
    Constraints, Field,
    size::{Size, sized},
};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem, Step},
};

#[derive(Clone, Copy, Debug)]
pub struct DictRules<K, R> {
    keys: K,
    values: R,
    size: Size,
}

impl<K: Constraints, R: Constraints> Constraints for DictRules<K, R> {
    const NONE: Self = Self { keys: K::NONE, values: R::NONE, size: Size::NONE };
}

sized!(DictRules<K, R>);

impl<K: Copy, R: Copy> DictRules<K, R> {
    #[must_use]
    pub const fn keys(mut self, keys: K) -> Self {
        self.keys = keys;
        self
    }

    #[must_use]
    pub const fn values(mut self, values: R) -> Self {
        self.values = values;
        self
    }
}

impl<K: Field + Hash + Eq, T: Field> Field for IndexMap<K, T> {
    type Rules = DictRules<K::Rules, T::Rules>;

    fn read<'a>(given: &'a Value, rules: &Self::Rules, errors: &mut Errors<'a>) -> Option<Self> {
        let Value::Dict(members) = given else {
            errors
                .push(Problem::new("dict_type", "Input should be a valid dictionary"), Cow::Borrowed(given));
            return None;
        };
        let before = errors.so_far();
        let read: Vec<_> = members
            .iter()
            .map(|(name, member)| {
                errors.within(Step::Key(name), |errors| {
                    let name = Value::Text(name.clone());
                    let mut unknown = Errors::default();
                    let key = K::read(&name, &rules.keys, &mut unknown);
                    errors.within(Step::Name("[key]"), |errors| errors.adopt(unknown));
                    key.zip(T::read(member, &rules.values, errors))
                })
            })
            .collect();
        let is_wrong = read.iter().any(Option::is_none);
        let read: Self = read.into_iter().flatten().collect();
        // Of a dict that is too long, it does not matter what is wrong with its entries.
        if let Err(problem) = rules.size.judge_uncounted("Dictionary", read.len()) {
            errors.forget(before);
            errors.push(problem, Cow::Borrowed(given));
            return None;
        }
        if is_wrong {
            return None;
        }
        let judged = rules.size.judge_least("Dictionary", read.len());
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()?;
        Some(read)
    }
}
