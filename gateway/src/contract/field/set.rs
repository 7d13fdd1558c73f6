//! `set[T]`: equal items count once. The order is that of the first of each; Python has none.

use std::{borrow::Cow, hash::Hash};

use indexmap::IndexSet;

use super::{
    Constraints, Field, Shape,
    size::{Size, sized},
};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem, Step},
};

#[derive(Clone, Copy, Debug)]
pub struct SetRules<R> {
    items: R,
    size: Size,
}

impl<R: Constraints> Constraints for SetRules<R> {
    const NONE: Self = Self { items: R::NONE, size: Size::NONE };
}

sized!(SetRules<R>);

impl<R: Copy> SetRules<R> {
    /// What is said about each: `set[Annotated[T, Field(...)]]`.
    #[must_use]
    pub const fn items(mut self, items: R) -> Self {
        self.items = items;
        self
    }
}

impl<T: Field + Hash + Eq> Field for IndexSet<T> {
    type Rules = SetRules<T::Rules>;

    const SHAPE: Shape = Shape::Sequence;

    fn read<'a>(given: &'a Value, rules: &Self::Rules, errors: &mut Errors<'a>) -> Option<Self> {
        let Value::List(items) = given else {
            errors.push(Problem::new("set_type", "Input should be a valid set"), Cow::Borrowed(given));
            return None;
        };
        // Of a set that is too long, it does not matter what is wrong with its items.
        let mut ignored = Errors::default();
        let valid: Self = items.iter().filter_map(|item| T::read(item, &rules.items, &mut ignored)).collect();
        let judged = rules.size.judge_uncounted("Set", valid.len());
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()?;
        if !ignored.is_empty() {
            for (index, item) in (0..).zip(items) {
                errors.within(Step::Index(index), |errors| T::read(item, &rules.items, errors));
            }
            return None;
        }
        let judged = rules.size.judge_least("Set", valid.len());
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()?;
        Some(valid)
    }
}
