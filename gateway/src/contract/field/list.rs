//! `list[T]`.

use std::borrow::Cow;

use super::{Constraints, Field, Shape};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem, Step},
};

#[derive(Clone, Copy, Debug)]
pub struct ListRules<R> {
    items: R,
}

impl<R: Constraints> Constraints for ListRules<R> {
    const NONE: Self = Self { items: R::NONE };
}

impl<R: Copy> ListRules<R> {
    /// What is said about each: `list[Annotated[T, Field(...)]]`.
    #[must_use]
    pub const fn items(mut self, items: R) -> Self {
        self.items = items;
        self
    }
}

impl<T: Field> Field for Vec<T> {
    type Rules = ListRules<T::Rules>;

    const SHAPE: Shape = Shape::Sequence;

    fn read<'a>(given: &'a Value, rules: &Self::Rules, errors: &mut Errors<'a>) -> Option<Self> {
        let Value::List(items) = given else {
            errors.push(Problem::new("list_type", "Input should be a valid list"), Cow::Borrowed(given));
            return None;
        };
        let read: Vec<_> = (0..)
            .zip(items)
            .map(|(index, item)| {
                errors.within(Step::Index(index), |errors| T::read(item, &rules.items, errors))
            })
            .collect();
        read.into_iter().collect()
    }
}
