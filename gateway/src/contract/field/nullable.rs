//! `T | None`. One that is not there is `None`, as if the original said `= None`; `#[field(required)]` says otherwise.

use super::{Field, Shape};
use crate::contract::{python::Value, validation::Errors};

impl<T: Field> Field for Option<T> {
    type Rules = T::Rules;

    const SHAPE: Shape = T::SHAPE;

    fn read<'a>(given: &'a Value, rules: &T::Rules, errors: &mut Errors<'a>) -> Option<Self> {
        match given {
            Value::None => Some(None),
            some => T::read(some, rules, errors).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}
