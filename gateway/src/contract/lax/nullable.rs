//! `T | None`.

use super::{Lax, Problem};
use crate::contract::python::Value;

pub struct Nullable<T>(pub T);

impl<T: Lax> Lax for Nullable<T> {
    type Output = Option<T::Output>;

    fn read(&self, value: &Value) -> Result<Self::Output, Problem> {
        match value {
            Value::None => Ok(None),
            some => self.0.read(some).map(Some),
        }
    }
}
