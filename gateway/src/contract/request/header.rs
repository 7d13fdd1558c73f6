//! Header parameters: of a name that comes twice, the first value counts, or both where a list is asked for.
//!
//! Source: `starlette/datastructures.py` (`Headers`), `fastapi/params.py` (`Header`).

use std::borrow::Cow;

use http::Extensions;

use super::{
    Argument, Asked, Parameters, Place, Section, parameters,
    slot::{self, extracted},
    source::{Kind, Source},
};
use crate::contract::{python::Value, validation::Errors};

/// Underscores in the names of fields are hyphens in those of headers; an `alias` is taken as it is.
#[derive(Debug)]
pub struct Header<T>(pub T);

impl<T: Parameters> Argument for Header<T> {
    const PLACE: Place = Place::Input(Section::Header);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        let pairs = asked.headers.iter();
        let pairs =
            pairs.map(|(name, value)| (name.as_str().to_owned(), Value::text(&latin1(value.as_bytes()))));
        let source = Source::new(Kind::Headers, pairs.collect(), asked.rules);
        Some(Cow::Owned(Value::dict(T::pick(&source))))
    }

    fn read<'a>(given: Option<&'a Value>, errors: &mut Errors<'a>, values: &mut Extensions) {
        slot::fill(parameters::read(Section::Header, given, errors).map(Self), values);
    }
}

extracted!(Header);

/// Every byte is a character.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
