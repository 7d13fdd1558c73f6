//! Cookie parameters: of a name that comes twice, the last value counts.
//!
//! Source: `starlette/requests.py` (`cookie_parser`), Python's `http.cookies` (`_unquote`).

use std::borrow::Cow;

use http::{Extensions, header::COOKIE};
use indexmap::IndexMap;

use super::{
    Argument, Asked, Parameters, Place, Section,
    header::latin1,
    media_type::is_python_space,
    parameters,
    slot::{self, extracted},
    source::{Kind, Source},
};
use crate::contract::{python::Value, validation::Errors};

/// Fields by the names of cookies.
#[derive(Debug)]
pub struct Cookie<T>(pub T);

impl<T: Parameters> Argument for Cookie<T> {
    const PLACE: Place = Place::Input(Section::Cookie);

    fn give(asked: &Asked) -> Option<Cow<'_, Value>> {
        let headers = asked.headers.get_all(COOKIE).iter();
        let counted = if asked.rules.joins_cookies() { usize::MAX } else { 1 };
        let mut cookies = IndexMap::new();
        for header in headers.take(counted) {
            parse(&latin1(header.as_bytes()), &mut cookies);
        }
        let pairs = cookies.into_iter().map(|(name, text)| (name, Value::text(&text)));
        let source = Source::new(Kind::Cookies, pairs.collect(), asked.rules);
        Some(Cow::Owned(Value::dict(T::pick(&source))))
    }

    fn read<'a>(given: Option<&'a Value>, errors: &mut Errors<'a>, values: &mut Extensions) {
        slot::fill(parameters::read(Section::Cookie, given, errors).map(Self), values);
    }
}

extracted!(Cookie);

/// In the order of the first of each name.
fn parse(header: &str, cookies: &mut IndexMap<String, String>) {
    for chunk in header.split(';') {
        let (name, value) = chunk.split_once('=').unwrap_or(("", chunk));
        let (name, value) = (name.trim_matches(is_python_space), value.trim_matches(is_python_space));
        if !name.is_empty() || !value.is_empty() {
            cookies.insert(name.to_owned(), unquote(value));
        }
    }
}

/// Between quotation marks, a backslash is for an octal number of three digits or for the character behind it.
fn unquote(value: &str) -> String {
    let Some(mut rest) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let octal = after.get(..3).filter(|digits| {
            digits.starts_with(['0', '1', '2', '3'])
                && digits.bytes().all(|digit| matches!(digit, b'0'..=b'7'))
        });
        let number = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        let mut characters = after.chars();
        match (number, characters.next()) {
            (Some(number), _) => {
                text.push(char::from(number));
                rest = &after[3..];
            }
            // Python's pattern has no line feed among the characters.
            (None, Some(character)) if character != '\n' => {
                text.push(character);
                rest = characters.as_str();
            }
            (None, _) => {
                text.push('\\');
                rest = after;
            }
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_those_of_starlette() {
        let table: [(&str, &[(&str, &str)]); 14] = [
            ("", &[]),
            ("a=1; b=2", &[("a", "1"), ("b", "2")]),
            ("a=1;a=2;b=3", &[("a", "2"), ("b", "3")]),
            ("a", &[("", "a")]),
            ("=a", &[("", "a")]),
            ("a=", &[("a", "")]),
            (" ; ;=", &[]),
            ("a=b=c", &[("a", "b=c")]),
            ("a=\u{a0}b\u{85}", &[("a", "b")]),
            (r#"a="b c""#, &[("a", "b c")]),
            (r#"a="\054\"\400\x""#, &[("a", ",\"400x")]),
            (r#"a=""#, &[("a", "\"")]),
            (r#"a="\""#, &[("a", "\\")]),
            ("a=%20", &[("a", "%20")]),
        ];
        for (header, expected) in table {
            let mut cookies = IndexMap::new();
            parse(header, &mut cookies);
            let found: Vec<_> = cookies.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(found, expected, "{header}");
        }
    }
}
