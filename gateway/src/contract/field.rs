//! What Pydantic makes of a value, in its lax mode, by the Rust type of the field that is to hold it.
//!
//! A type and its constraints are all that a request model is made of; `#[derive(Model)]` joins them.

mod any;
mod boolean;
mod bounds;
mod bytes;
pub mod choice;
mod decimal;
mod dict;
mod email;
mod float;
mod given;
mod integer;
mod list;
mod nullable;
mod set;
mod size;
mod space;
mod temporal;
mod text;
mod url;
mod uuid;

use super::{model::Member, python::Value, validation::Errors};

pub use self::{
    bytes::BytesRules,
    decimal::{Decimal, DecimalRules},
    dict::DictRules,
    email::{Email, EmailRules},
    float::FloatRules,
    given::Given,
    integer::{IntegerRules, Whole},
    list::ListRules,
    set::SetRules,
    temporal::{DateRules, DateTime, DateTimeRules, Time, TimeDeltaRules, TimeRules},
    text::TextRules,
    url::{Url, UrlRules},
    uuid::UuidRules,
};
pub use ::uuid::Uuid;
pub use chrono::{NaiveDate as Date, TimeDelta};

/// A type that a request model may have a field of.
pub trait Field: Sized + Send + 'static {
    /// What `Field(...)` may say about it in the Pydantic original.
    type Rules: Constraints;

    /// How it is found among texts that come by name, as query parameters and form fields do.
    const SHAPE: Shape = Shape::Scalar;

    /// The value, or nothing where it is none: `errors` then say why, and where.
    fn read<'a>(given: &'a Value, rules: &Self::Rules, errors: &mut Errors<'a>) -> Option<Self>;

    /// What a member that is not there stands for, where the type itself says so: `Option` is `None`.
    fn absent() -> Option<Self> {
        None
    }
}

/// Constraints begin with none, and each is a `const fn` that adds one: `NONE.min_length(1).max_length(255)`.
pub trait Constraints: Sized + Send + Sync + 'static {
    const NONE: Self;
}

/// Of a type that nothing can be said about.
#[derive(Clone, Copy, Debug)]
pub struct Unconstrained;

impl Constraints for Unconstrained {
    const NONE: Self = Self;
}

/// What a field takes of the values that a name has.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// The last one.
    Scalar,
    /// All of them.
    Sequence,
    /// It has names of its own.
    Model(&'static [Member]),
}
