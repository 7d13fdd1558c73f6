//! `Any`: whatever JSON has.

use super::{Field, Unconstrained};
use crate::contract::{python::Value, validation::Errors};

impl Field for Value {
    type Rules = Unconstrained;

    fn read<'a>(given: &'a Value, _: &Unconstrained, _: &mut Errors<'a>) -> Option<Self> {
        Some(given.clone())
    }
}
