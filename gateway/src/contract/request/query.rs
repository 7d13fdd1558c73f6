//! Query parameters: of a name that comes twice, the last value counts.
//!
//! Source: `starlette/datastructures.py` (`QueryParams`), Python's `urllib.parse` (`parse_qsl`, `unquote`).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::Fields;
use crate::contract::{
    Errors,
    python::{Dict, Text, Value},
};

#[derive(Clone, Debug, Default)]
pub struct QueryParams(Dict);

impl QueryParams {
    fn parse(query: &[u8]) -> Self {
        let pairs = query.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        let values = pairs.map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let mut part = || unquote(parts.next().unwrap_or_default());
            (Text::from(part().as_str()), Value::text(&part()))
        });
        Self(values.collect())
    }

    pub fn fields<'a, 'e>(&'a self, errors: &'e mut Errors<'a>) -> Fields<'a, 'e> {
        Fields::new("query", &self.0, errors)
    }
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

impl<S: Sync> FromRequestParts<S> for QueryParams {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(query: &[u8]) -> Option<String> {
        match QueryParams::parse(query).0.get(&b"q"[..]) {
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
