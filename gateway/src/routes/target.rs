//! What a raw request-target means to the legacy: path and query exactly as uvicorn hands them on.
//!
//! Decoded once, never normalised; it refuses nothing.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// The server's root path, then the decoded path.
    pub path: Cow<'a, str>,
    /// Without the `?`; empty where there is none.
    pub query: &'a str,
}

impl<'a> Target<'a> {
    pub fn read(raw: &'a str, server_root_path: &str) -> Self {
        let (raw_path, query) = raw.split_once('?').unwrap_or((raw, ""));
        let decoded = decode(raw_path);
        let path = match server_root_path {
            "" => decoded,
            root => Cow::Owned(format!("{root}{decoded}")),
        };
        Self { path, query }
    }
}

/// Python's `unquote`: a `%` that is no escape stays, bytes that are no UTF-8 become U+FFFD.
pub fn decode(raw_path: &str) -> Cow<'_, str> {
    percent_decode_str(raw_path).decode_utf8_lossy()
}

/// Starlette's `get_route_path`: the path below the root path, or all of it where the root does not lead there.
pub(super) fn route_path<'a>(path: &'a str, root_path: &str) -> &'a str {
    match path.strip_prefix(root_path) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_once_and_never_normalised() {
        let cases = [
            ("/a%2Fb", "/a/b"),
            ("/a%252Fb", "/a%2Fb"),
            ("/%61dmin", "/admin"),
            ("/x/../admin//b/.", "/x/../admin//b/."),
            ("/%2e%2e/", "/../"),
            ("/a%zz%4", "/a%zz%4"),
            ("/a+b;c", "/a+b;c"),
            ("/%ff%C3%A9%c3", "/\u{fffd}é\u{fffd}"),
            ("/%E2%82", "/\u{fffd}"),
            ("/a%0Ab%00", "/a\nb\0"),
        ];
        for (raw, path) in cases {
            assert_eq!(Target::read(raw, "").path, path, "{raw}");
        }
    }

    #[test]
    fn the_query_is_cut_at_the_first_question_mark_and_left_as_it_is() {
        for (raw, path, query) in [
            ("/a?x=%2F?y", "/a", "x=%2F?y"),
            ("/a%3Fb?", "/a?b", ""),
            ("/a", "/a", ""),
            ("/a#b?c", "/a#b", "c"),
        ] {
            assert_eq!(Target::read(raw, ""), Target { path: path.into(), query }, "{raw}");
        }
        assert_eq!(Target::read("/a", "/root").path, "/root/a");
    }

    #[test]
    fn a_root_path_is_cut_off_at_a_slash_only() {
        let cases = [
            ("/p/x", "/p", "/x"),
            ("/p", "/p", ""),
            ("/px", "/p", "/px"),
            ("/x", "/p", "/x"),
            ("/p/x", "/p/", "/p/x"),
            ("/x", "", "/x"),
        ];
        for (path, root, expected) in cases {
            assert_eq!(route_path(path, root), expected, "{path} below {root}");
        }
    }
}
