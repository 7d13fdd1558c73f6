//! Query parameters: of a name that comes twice, the last value counts.
//!
//! Source: `starlette/datastructures.py` (`QueryParams`), Python's `urllib.parse` (`parse_qsl`, `unquote`).

use std::borrow::Cow;

use http::Extensions;

use super::{
    Argument, Asked, Parameters, Place, RequestRules, Section, parameters,
    slot::{self, extracted},
    source::{Kind, Source},
};
use crate::contract::{python::Value, validation::Errors};

/// Of a model, each field is a parameter of its own; of a [`Grouped`](super::Grouped) one, all of them are one.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// Names and values of what a form's fields are written as too.
pub(crate) fn pairs(query: &[u8]) -> impl Iterator<Item = (String, String)> {
    query.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let mut part = || unquote(parts.next().unwrap_or_default());
        (part(), part())
    })
}

/// Runs of ASCII are decoded by themselves: a byte that came unescaped is the Latin-1 character of that number, and
/// joins no escaped neighbour.
fn unquote(part: &[u8]) -> String {
    let mut text = String::new();
    for run in part.chunk_by(|one, next| one.is_ascii() == next.is_ascii()) {
        if run[0].is_ascii() {
            let spaced: Vec<u8> = run.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            text.push_str(&percent_encoding::percent_decode(&spaced).decode_utf8_lossy());
        } else {
            text.extend(run.iter().map(|byte| char::from(*byte)));
        }
    }
    text
}

impl<T: Parameters> Argument for Query<T> {
    const PLACE: Place = Place::Input(Section::Query);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        let pairs = pairs(asked.query.as_bytes()).map(|(name, text)| (name, Value::text(&text)));
        let source = Source::new(Kind::Query, pairs.collect(), asked.rules);
        Some(Cow::Owned(Value::dict(T::pick(&source))))
    }

    fn read<'a>(
        given: Option<&'a Value>,
        rules: RequestRules,
        errors: &mut Errors<'a>,
        values: &mut Extensions,
    ) {
        slot::fill(parameters::read(Section::Query, given, rules, errors).map(Self), values);
    }
}

extracted!(Query);

#[cfg(test)]
mod tests {
    use super::*;

    fn value(query: &[u8]) -> Option<String> {
        pairs(query).filter(|(name, _)| name == "q").map(|(_, text)| text).last()
    }

    #[test]
    fn values_are_those_of_starlette() {
        let table: [(&[u8], Option<&str>); 20] = [
            (b"", None),
            (b"&&", None),
            (b"Q=x", None),
            (b"q", Some("")),
            (b"q=", Some("")),
            (b"q=a&q=b", Some("b")),
            (b"%71=x", Some("x")),
            (b"q=a=b", Some("a=b")),
            (b"q=a;b", Some("a;b")),
            (b"q=a+b%2Bc", Some("a b+c")),
            (b"q=%", Some("%")),
            (b"q=%4", Some("%4")),
            (b"q=%zz%25", Some("%zz%")),
            (b"q=%FF%fe", Some("\u{fffd}\u{fffd}")),
            (b"q=a%E2%82b", Some("a\u{fffd}b")),
            (b"q=%ED%A0%80", Some("\u{fffd}\u{fffd}\u{fffd}")),
            (b"q=%C3%BC", Some("ü")),
            (b"q=\xc3\xbc", Some("Ã¼")),
            (b"q=%C3\xbc", Some("\u{fffd}¼")),
            (b"q=%00", Some("\0")),
        ];
        for (query, expected) in table {
            assert_eq!(value(query).as_deref(), expected, "{query:?}");
        }
    }
}
