//! Parameters of the path.

use std::borrow::Cow;

use http::Extensions;

use super::{
    Argument, Asked, Place, Section,
    slot::{self, extracted},
};
use crate::contract::{
    field::{Constraints, Field, Shape},
    python::{Dict, Text, Value},
    validation::{Errors, Step},
};

/// `Path<Whole>` is the only parameter of the route; `Path<(Whole, Whole)>` are all of them, in the order of the
/// template; `Path<T>` of a model are those that it names.
#[derive(Debug)]
pub struct Path<T>(pub T);

/// The parameters of a request's path, as Starlette's converters hand them on, in the order of the template.
#[derive(Clone, Debug, Default)]
pub struct PathParams(Vec<(String, Value)>);

impl PathParams {
    /// The matched texts as they are.
    pub fn new(params: Vec<(String, String)>) -> Self {
        Self(params.into_iter().map(|(name, text)| (name, Value::text(&text))).collect())
    }

    /// Converted as the template says: `{id:int}` is a number before any model sees it.
    pub fn of(params: Vec<(String, String)>, template: &str) -> Self {
        let converted = params.into_iter().map(|(name, text)| {
            let declared = |converter: &str| template.contains(&format!("{{{name}:{converter}}}"));
            let value = if declared("int") {
                integer(&text)
            } else if declared("float") {
                text.parse().map_or_else(|_| Value::text(&text), Value::Float)
            } else if declared("uuid") {
                Value::text(&uuid(&text))
            } else {
                Value::text(&text)
            };
            (name, value)
        });
        Self(converted.collect())
    }

    fn dict(&self) -> Dict {
        self.0.iter().map(|(name, value)| (Text::from(name.as_str()), value.clone())).collect()
    }
}

/// `int(text)` of digits alone.
fn integer(text: &str) -> Value {
    let digits = text.trim_start_matches('0');
    Value::digits(if digits.is_empty() { "0" } else { digits })
}

/// `str(uuid.UUID(text))` of what its converter takes.
fn uuid(text: &str) -> String {
    uuid::Uuid::parse_str(text).map_or_else(|_| text.to_owned(), |uuid| uuid.to_string())
}

/// What can be made of the parameters of a path.
pub trait FromPath: Sized + Send + 'static {
    fn read<'a>(params: &'a Value, errors: &mut Errors<'a>) -> Option<Self>;
}

impl<T: Field> FromPath for T {
    fn read<'a>(params: &'a Value, errors: &mut Errors<'a>) -> Option<Self> {
        match T::SHAPE {
            Shape::Model(_) => T::read(params, &T::Rules::NONE, errors),
            Shape::Scalar | Shape::Sequence => nth(params, 0, errors),
        }
    }
}

macro_rules! tuple {
    ($($type:ident $value:ident $index:literal),*) => {
        impl<$($type: Field),*> FromPath for ($($type,)*) {
            fn read<'a>(params: &'a Value, errors: &mut Errors<'a>) -> Option<Self> {
                $(let $value = nth(params, $index, errors);)*
                Some(($($value?,)*))
            }
        }
    };
}

tuple!(A first 0, B second 1);
tuple!(A first 0, B second 1, C third 2);
tuple!(A first 0, B second 1, C third 2, D fourth 3);

fn nth<'a, T: Field>(params: &'a Value, index: usize, errors: &mut Errors<'a>) -> Option<T> {
    let Value::Dict(params) = params else { return None };
    let (name, value) = params.get_index(index)?;
    errors.within(Step::Key(name), |errors| T::read(value, &T::Rules::NONE, errors))
}

impl<T: FromPath> Argument for Path<T> {
    const PLACE: Place = Place::Input(Section::Path);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        Some(Cow::Owned(Value::dict(asked.path.dict())))
    }

    fn read<'a>(given: Option<&'a Value>, errors: &mut Errors<'a>, values: &mut Extensions) {
        slot::fill(given.and_then(|params| T::read(params, errors)).map(Self), values);
    }
}

extracted!(Path);
