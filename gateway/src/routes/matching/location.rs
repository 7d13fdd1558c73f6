//! The `Location` of a slash redirect, path and query, as the legacy's framework version writes it.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Python's `quote(url, safe=":/%#?=@[]!$&'()*+,;")`, with the four marks that it always leaves alone.
pub(crate) const QUOTED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'~')
    .remove(b':')
    .remove(b'/')
    .remove(b'%')
    .remove(b'#')
    .remove(b'?')
    .remove(b'=')
    .remove(b'@')
    .remove(b'[')
    .remove(b']')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';');

/// `escapes`: characters of the path that this version escapes before it quotes the whole.
pub(super) fn render(path: &str, query: &str, escapes: &str) -> String {
    let mut url = String::with_capacity(path.len() + query.len() + 1);
    for character in path.chars() {
        if escapes.contains(character) {
            let _ = write!(url, "%{:02X}", u32::from(character));
        } else {
            url.push(character);
        }
    }
    if !query.is_empty() {
        url.push('?');
        url.push_str(query);
    }
    utf8_percent_encode(&url, QUOTED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_quoted_as_that_version_quotes_it() {
        for (path, query, escapes, expected) in [
            ("/a", "", "", "/a"),
            ("/a b", "x=%20|1", "", "/a%20b?x=%20%7C1"),
            ("/a?b#c\\", "", "", "/a?b#c%5C"),
            ("/a?b#c\\", "", "?#\\", "/a%3Fb%23c%5C"),
            ("/é\u{fffd}\n%2F", "", "", "/%C3%A9%EF%BF%BD%0A%2F"),
        ] {
            assert_eq!(render(path, query, escapes), expected);
        }
    }
}
