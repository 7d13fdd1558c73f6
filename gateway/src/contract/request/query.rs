//! Query parameters: of a name that comes twice, the last value counts.
//!
//! Source: `starlette/datastructures.py` (`QueryParams`), Python's `urllib.parse` (`parse_qsl`, `unquote`).

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use http::{Extensions, request::Parts};

use super::{Argument, Asked, Place, Section, slot};
use crate::contract::{
    Failure,
    field::Shape,
    model::{Member, Members, Model},
    python::{Dict, Text, Value},
    validation::Errors,
};

/// Each field of the model is a parameter of its own.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// What has each of the names that a model asks for.
fn parameters(query: &[u8], members: &[Member]) -> Dict {
    let pairs = query.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let pairs: Vec<(String, String)> = pairs
        .map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let mut part = || unquote(parts.next().unwrap_or_default());
            (part(), part())
        })
        .collect();
    let names = members.iter().flat_map(|member| member.names.iter().map(move |name| (*name, member.shape)));
    let found = names.filter_map(|(name, shape)| {
        let mut values = pairs.iter().filter(|(given, _)| given == name).map(|(_, text)| Value::text(text));
        let value = match shape {
            Shape::Sequence => {
                Some(Value::List(values.collect())).filter(|list| *list != Value::List(Vec::new()))
            }
            Shape::Scalar | Shape::Model(_) => values.next_back(),
        };
        Some((Text::from(name), value?))
    });
    found.collect()
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

impl<T: Model> Argument for Query<T> {
    const PLACE: Place = Place::Input(Section::Query);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        Some(Cow::Owned(Value::dict(parameters(asked.query.as_bytes(), T::MEMBERS))))
    }

    fn read<'a>(given: Option<&'a Value>, errors: &mut Errors<'a>, values: &mut Extensions) {
        let Some(Value::Dict(parameters)) = given else { return };
        if let Some(value) = T::read_members(&mut Members::new(parameters, None, errors)) {
            slot::put(Self(value), values);
        }
    }
}

impl<T: Send + 'static, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        slot::take(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(query: &[u8]) -> Option<String> {
        let wanted = [Member { names: &["q"], shape: Shape::Scalar }];
        match parameters(query, &wanted).get(&b"q"[..]) {
            Some(Value::Text(text)) => text.as_str().map(str::to_owned),
            _ => None,
        }
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
