//! Whether a `Content-Type` announces JSON.
//!
//! Source: `fastapi/routing.py` (`get_request_handler`), which asks Python's `email.message.Message`.

use http::HeaderValue;

/// The header is there and not empty.
pub(super) fn is_json(value: &HeaderValue) -> bool {
    // What nearly all clients send.
    if value == "application/json" {
        return true;
    }
    // Starlette reads header values as Latin-1.
    let text: String = value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
    let kind = text.split(';').next().unwrap_or_default().trim_matches(is_python_space).to_lowercase();
    match kind.split_once('/') {
        Some(("application", subtype)) => {
            !subtype.contains('/') && (subtype == "json" || subtype.ends_with("+json"))
        }
        _ => false,
    }
}

/// `str.strip` takes the separators of ASCII for space as well.
pub(super) fn is_python_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_its_relatives_are_json() {
        let good = [
            "application/json",
            "APPLICATION/JSON",
            " application/json ;charset=latin-1",
            "application/problem+json",
            "application/+json",
            "application/json;",
        ];
        for value in good {
            assert!(is_json(&HeaderValue::from_str(value).expect("legal")), "{value}");
        }
        assert!(is_json(&HeaderValue::from_bytes(b"\xa0application/json\x85;x").expect("legal")));
        let bad = [
            "text/plain",
            "text/json",
            "json",
            "application/jsonx",
            "application/ json",
            "application/json/x",
            "application/json, text/plain",
            "\"application/json\"",
            ";application/json",
            "application/x-www-form-urlencoded",
        ];
        for value in bad {
            assert!(!is_json(&HeaderValue::from_str(value).expect("legal")), "{value}");
        }
    }
}
