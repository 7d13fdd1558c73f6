//! `gt`, `ge`, `lt` and `le`, which are looked at in the same order for every type that has them.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use crate::contract::{python::Value, validation::Problem};

#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds<T> {
    pub(super) le: Option<T>,
    pub(super) lt: Option<T>,
    pub(super) ge: Option<T>,
    pub(super) gt: Option<T>,
}

impl<T: Copy> Bounds<T> {
    pub(super) const NONE: Self = Self { le: None, lt: None, ge: None, gt: None };

    /// A value that cannot be compared is outside. A bound is shown as a text and as what it is in `ctx`.
    pub(super) fn judge(
        &self,
        compare: impl Fn(T) -> Option<Ordering>,
        show: impl Fn(T) -> (String, Value),
    ) -> Result<(), Problem> {
        let table: [(_, &[Ordering], _, _, _); 4] = [
            (self.le, &[Less, Equal], "less_than_equal", "less than or equal to", "le"),
            (self.lt, &[Less], "less_than", "less than", "lt"),
            (self.ge, &[Greater, Equal], "greater_than_equal", "greater than or equal to", "ge"),
            (self.gt, &[Greater], "greater_than", "greater than", "gt"),
        ];
        for (bound, inside, kind, words, name) in table {
            let Some(bound) = bound else { continue };
            if !compare(bound).is_some_and(|order| inside.contains(&order)) {
                let (text, context) = show(bound);
                return Err(Problem::new(kind, format!("Input should be {words} {text}")).with(name, context));
            }
        }
        Ok(())
    }
}

/// The four constraints of a type whose rules have `bounds`.
macro_rules! bounded {
    ($rules:ty, $given:ty $(, $parse:path)?) => {
        impl $rules {
            #[must_use]
            pub const fn le(mut self, most: $given) -> Self {
                self.bounds.le = Some($($parse)?(most));
                self
            }

            #[must_use]
            pub const fn lt(mut self, limit: $given) -> Self {
                self.bounds.lt = Some($($parse)?(limit));
                self
            }

            #[must_use]
            pub const fn ge(mut self, least: $given) -> Self {
                self.bounds.ge = Some($($parse)?(least));
                self
            }

            #[must_use]
            pub const fn gt(mut self, limit: $given) -> Self {
                self.bounds.gt = Some($($parse)?(limit));
                self
            }
        }
    };
}

pub(super) use bounded;
