//! How values that hold others are written.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::{IndexMap, IndexSet};

use super::{Answer, Encoder, Exclude, Key, NotPrintable, Writer};
use crate::contract::{field::Given, python::Dict};

/// A list or a dict that the original returns without a `response_model`.
#[derive(Clone, Debug)]
pub struct Plain<T>(pub T);

impl<T: Answer> Answer for Plain<T> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.within(Encoder::Plain, Exclude::NOTHING, |json| self.0.write(json))
    }
}

impl<T: Answer> Answer for Option<T> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        match self {
            Some(value) => value.write(json),
            None => {
                json.raw("null");
                Ok(())
            }
        }
    }

    fn is_none(&self) -> bool {
        self.as_ref().is_none_or(Answer::is_none)
    }
}

/// What was not set is None, unless `exclude_unset` leaves it out.
impl<T: Answer> Answer for Given<T> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        match self {
            Self::Set(value) => value.write(json),
            Self::Unset => {
                json.raw("null");
                Ok(())
            }
        }
    }

    fn is_none(&self) -> bool {
        match self {
            Self::Set(value) => value.is_none(),
            Self::Unset => true,
        }
    }

    fn is_unset(&self) -> bool {
        matches!(self, Self::Unset)
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.list(self.iter().map(|item| item as &dyn Answer))
    }
}

impl<T: Answer> Answer for IndexSet<T> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.list(self.iter().map(|item| item as &dyn Answer))
    }
}

impl<K: Key + Send + Sync + 'static, V: Answer> Answer for IndexMap<K, V> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.members(|object| self.iter().try_for_each(|(key, value)| object.entry(key, value)))
    }
}

impl Answer for Dict {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.members(|object| object.members(self))
    }
}

/// In the order of its keys.
impl<K: Key + Send + Sync + 'static, V: Answer> Answer for BTreeMap<K, V> {
    fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
        json.members(|object| self.iter().try_for_each(|(key, value)| object.entry(key, value)))
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T: Answer + ?Sized> Answer for $pointer<T> {
            fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
                (**self).write(json)
            }

            fn is_none(&self) -> bool {
                (**self).is_none()
            }

            fn is_unset(&self) -> bool {
                (**self).is_unset()
            }
        }
    )*};
}

pointers!(Box Arc);

macro_rules! tuples {
    ($(($($item:ident)*))*) => {$(
        impl<$($item: Answer),*> Answer for ($($item,)*) {
            #[expect(non_snake_case, reason = "the types name the values")]
            fn write(&self, json: &mut Writer) -> Result<(), NotPrintable> {
                let ($($item,)*) = self;
                json.list([$($item as &dyn Answer),*].into_iter())
            }
        }
    )*};
}

tuples!((A B)(A B C)(A B C D));
