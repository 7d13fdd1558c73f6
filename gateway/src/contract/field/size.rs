//! How many items a collection may have, and what is said of one that has another number.

use super::text::counted;
use crate::contract::{python::Value, validation::Problem};

#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) min_length: Option<usize>,
    pub(super) max_length: Option<usize>,
}

impl Size {
    pub(super) const NONE: Self = Self { min_length: None, max_length: None };

    pub(super) fn judge_least(self, kind: &'static str, length: usize) -> Result<(), Problem> {
        let Some(least) = self.min_length.filter(|least| length < *least) else { return Ok(()) };
        let items = counted(least, "item");
        let message = format!("{kind} should have at least {items} after validation, not {length}");
        Err(described("too_short", message, kind, ("min_length", least), Some(length)))
    }

    pub(super) fn judge_most(self, kind: &'static str, length: usize) -> Result<(), Problem> {
        self.exceeded(length).map_or(Ok(()), |most| Err(too_long(kind, most, Some(length))))
    }

    /// Of what is not counted further when it is known to be too long.
    pub(super) fn judge_uncounted(self, kind: &'static str, length: usize) -> Result<(), Problem> {
        self.exceeded(length).map_or(Ok(()), |most| Err(too_long(kind, most, None)))
    }

    fn exceeded(self, length: usize) -> Option<usize> {
        self.max_length.filter(|most| length > *most)
    }
}

fn too_long(kind: &'static str, most: usize, length: Option<usize>) -> Problem {
    let items = counted(most, "item");
    let actual = length.map_or_else(|| "more".to_owned(), |length| length.to_string());
    let message = format!("{kind} should have at most {items} after validation, not {actual}");
    described("too_long", message, kind, ("max_length", most), length)
}

fn described(
    problem: &'static str,
    message: String,
    kind: &'static str,
    (name, limit): (&'static str, usize),
    actual: Option<usize>,
) -> Problem {
    let number = |number: usize| Value::digits(&number.to_string());
    Problem::new(problem, message)
        .with("field_type", Value::text(kind))
        .with(name, number(limit))
        .with("actual_length", actual.map_or(Value::None, number))
}

/// The two constraints of a collection whose rules have a `size`.
macro_rules! sized {
    ($name:ident $(<$($parameter:ident),+>)?) => {
        impl $(<$($parameter: Copy),+>)? $name $(<$($parameter),+>)? {
            #[must_use]
            pub const fn min_length(mut self, least: usize) -> Self {
                self.size.min_length = Some(least);
                self
            }

            #[must_use]
            pub const fn max_length(mut self, most: usize) -> Self {
                self.size.max_length = Some(most);
                self
            }
        }
    };
}

pub(super) use sized;
