//! The values that Pydantic 2 lists in a sentence, `'a', 'b' or 3`, one by one.

use crate::contract::python::Value;

/// Each as Python shows it, and as a value.
pub(super) fn read(expected: &str) -> (Vec<String>, Vec<Value>) {
    let mut rest = expected;
    let mut found = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => quoted(rest, first),
            _ => rest.find([',', ' ']).unwrap_or(rest.len()),
        };
        let (value, after) = rest.split_at(length);
        found.push((value.to_owned(), value_of(value)));
        rest = after.strip_prefix(", ").or_else(|| after.strip_prefix(" or ")).unwrap_or_default();
    }
    found.into_iter().unzip()
}

/// The length of a Python string with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, character)| {
        let closes = *character == quote && !escaped;
        escaped = *character == '\\' && !escaped;
        closes
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

fn value_of(shown: &str) -> Value {
    let inside = |quote: char| shown.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    match (inside('\'').or_else(|| inside('"')), shown) {
        (Some(text), _) => Value::text(&text.replace("\\'", "'").replace("\\\\", "\\")),
        (None, "True") => Value::Bool(true),
        (None, "False") => Value::Bool(false),
        (None, "None") => Value::None,
        (None, digits) => Value::digits(digits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_of_the_sentence_is_found() {
        let table = [
            ("'a'", vec!["'a'"]),
            ("'a' or 'b'", vec!["'a'", "'b'"]),
            ("'a, b', \"it's\" or 3", vec!["'a, b'", "\"it's\"", "3"]),
            ("'it\\'s \"x\"', -7 or True", vec!["'it\\'s \"x\"'", "-7", "True"]),
        ];
        for (expected, shown) in table {
            assert_eq!(read(expected).0, shown, "{expected}");
        }
        let values = read("'it\\'s' or 3").1;
        assert_eq!(values, [Value::text("it's"), Value::Integer(3)]);
    }
}
