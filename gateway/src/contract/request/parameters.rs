//! How a model stands for parameters: each of its fields is one, or they are one together.

use super::{Section, Source};
use crate::contract::{
    field::Field,
    model::{self, Members, Model},
    python::{Dict, Value},
    validation::Errors,
};

/// What `Query`, `Header`, `Cookie` and `Form` may hold.
pub trait Parameters: Sized + Send + 'static {
    fn pick(source: &Source) -> Dict;

    fn read<'a>(given: &'a Value, errors: &mut Errors<'a>) -> Option<Self>;

    /// Whether a name in `loc` is that of a field, which a header spells with hyphens.
    fn is_field(name: &str) -> bool;
}

/// Each field as a parameter of the function: `limit: int = 20, sort: str = "id"`.
impl<T: Model> Parameters for T {
    fn pick(source: &Source) -> Dict {
        source.each(T::MEMBERS)
    }

    fn read<'a>(given: &'a Value, errors: &mut Errors<'a>) -> Option<Self> {
        let Value::Dict(parameters) = given else { return None };
        T::read_members(&mut Members::new(parameters, None, errors))
    }

    fn is_field(name: &str) -> bool {
        T::MEMBERS.iter().any(|member| member.field == name)
    }
}

/// One parameter that is a model: `filters: Annotated[Filters, Query()]`. What no field takes is the model's to judge.
#[derive(Debug)]
pub struct Grouped<T>(pub T);

impl<T: Model + Field> Parameters for Grouped<T> {
    fn pick(source: &Source) -> Dict {
        source.together(T::MEMBERS)
    }

    fn read<'a>(given: &'a Value, errors: &mut Errors<'a>) -> Option<Self> {
        model::read(given, errors).map(Self)
    }

    fn is_field(name: &str) -> bool {
        <T as Parameters>::is_field(name)
    }
}

/// A header's mistakes name the header.
pub(super) fn read<'a, T: Parameters>(
    section: Section,
    given: Option<&'a Value>,
    errors: &mut Errors<'a>,
) -> Option<T> {
    match section {
        Section::Header => errors.of_headers(T::is_field, |errors| T::read(given?, errors)),
        _ => T::read(given?, errors),
    }
}
