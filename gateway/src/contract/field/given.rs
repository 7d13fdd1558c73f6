//! A member of which it matters whether the client gave it: what `model_dump(exclude_unset=True)` tells.

use super::{Field, Shape};
use crate::contract::{python::Value, validation::Errors};

/// Never required. `Given<Option<String>>` may be left out, null or a text; `Given<String>` may be left out, not null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    #[default]
    Unset,
    Set(T),
}

impl<T> Given<T> {
    pub fn as_ref(&self) -> Given<&T> {
        match self {
            Self::Unset => Given::Unset,
            Self::Set(value) => Given::Set(value),
        }
    }

    pub fn set(self) -> Option<T> {
        match self {
            Self::Unset => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T: Field> Field for Given<T> {
    type Rules = T::Rules;

    const SHAPE: Shape = T::SHAPE;

    fn read<'a>(given: &'a Value, rules: &T::Rules, errors: &mut Errors<'a>) -> Option<Self> {
        T::read(given, rules, errors).map(Self::Set)
    }

    fn absent() -> Option<Self> {
        Some(Self::Unset)
    }
}
