//! What hyper is given in place of a head that is refused, so that the answer is made where all answers are made.
//!
//! No head that passes has this target, so nobody can send one. It carries what the answer depends on: the method (an
//! answer to HEAD has no body), and, where they are beyond doubt, the origin for CORS and the client's request id.

use http::Request;

use crate::edge::judge::is_token;

/// Longer ones are not carried over.
const LONGEST: usize = 512;

/// The headers that are carried over.
const CARRIED: [&str; 2] = ["origin", "x-request-id"];

pub(super) fn is_one<B>(request: &Request<B>) -> bool {
    request.uri().path() == "*"
}

pub(super) fn of(mut head: &[u8]) -> Vec<u8> {
    while let Some(behind) = head.strip_prefix(b"\r\n") {
        head = behind;
    }
    let method = if head.starts_with(b"HEAD ") { "HEAD" } else { "GET" };
    let mut request =
        format!("{method} * HTTP/1.1\r\nhost: refused.invalid\r\nconnection: close\r\n").into_bytes();
    for name in CARRIED {
        if let Some(value) = only(head, name) {
            request.extend_from_slice(name.as_bytes());
            request.extend_from_slice(b": ");
            request.extend_from_slice(value);
            request.extend_from_slice(b"\r\n");
        }
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// The value of a header that stands there once, and of which there is no doubt what it says.
fn only<'h>(head: &'h [u8], name: &str) -> Option<&'h [u8]> {
    let lines = head.split(|byte| *byte == b'\n').skip(1);
    let mut named = lines.filter_map(|line| {
        let (found, rest) = line.split_at_checked(name.len())?;
        let value = rest.strip_prefix(b":").filter(|_| found.eq_ignore_ascii_case(name.as_bytes()))?;
        Some(value.trim_ascii())
    });
    let value = named.next().filter(|_| named.next().is_none())?;
    let is_plain = |byte: &u8| is_token(*byte) || matches!(byte, b':' | b'/' | b'[' | b']');
    (!value.is_empty() && value.len() <= LONGEST && value.iter().all(is_plain)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, more: &str) {
        let method = &head[..head.find(' ').expect("a method")];
        let method = if method == "HEAD" { method } else { "GET" };
        let expected =
            format!("{method} * HTTP/1.1\r\nhost: refused.invalid\r\nconnection: close\r\n{more}\r\n");
        assert_eq!(String::from_utf8(of(head.as_bytes())).expect("text"), expected, "{head:?}");
    }

    #[test]
    fn only_what_is_beyond_doubt_is_carried_over() {
        check("POST /a HTTP/1.1\r\ncookie: a\r\n\r\n", "");
        check("HEAD /a HTTP/1.1\r\nOrigin: https://a:1\r\n\r\n", "origin: https://a:1\r\n");
        check(
            "GET / HTTP/1.1\norigin:http://[::1]\nX-Request-Id: a.b-1\n\n",
            "origin: http://[::1]\r\nx-request-id: a.b-1\r\n",
        );
        for doubtful in [
            "origin: https://a\r\norigin: https://a\r\n",
            "origin: https://a b\r\n",
            "origin: https://a\u{1}\r\n",
            "origin: \r\n",
            "origin : https://a\r\n",
            " origin: https://a\r\n",
            "x-origin: https://a\r\n",
        ] {
            check(&format!("GET / HTTP/1.1\r\n{doubtful}\r\n"), "");
        }
        check(&format!("GET / HTTP/1.1\r\nx-request-id: {}\r\n\r\n", "a".repeat(LONGEST + 1)), "");
        let head = "HEAD / HTTP/1.1\r\n\r\n";
        assert_eq!(of(format!("\r\n\r\n{head}").as_bytes()), of(head.as_bytes()));
    }
}
