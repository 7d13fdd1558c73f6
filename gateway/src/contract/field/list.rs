//! `list[T]`.

use std::borrow::Cow;

use super::{
    Constraints, Field, Shape,
    size::{Size, sized},
};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem, Step},
};

#[derive(Clone, Copy, Debug)]
pub struct ListRules<R> {
    items: R,
    size: Size,
}

impl<R: Constraints> Constraints for ListRules<R> {
    const NONE: Self = Self { items: R::NONE, size: Size::NONE };
}

sized!(ListRules<R>);

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
        let items = match given {
            Value::List(items) => rules.size.judge_most("List", items.len()).map(|()| items),
            _ => Err(Problem::new("list_type", "Input should be a valid list")),
        };
        let items = items.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()?;
        let read: Vec<_> = (0..)
            .zip(items)
            .map(|(index, item)| {
                errors.within(Step::Index(index), |errors| T::read(item, &rules.items, errors))
            })
            .collect();
        let read: Self = read.into_iter().collect::<Option<_>>()?;
        let judged = rules.size.judge_least("List", read.len());
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()?;
        Some(read)
    }
}
