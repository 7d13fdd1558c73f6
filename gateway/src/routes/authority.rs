//! The authority that the legacy's framework takes from a `Host` header, for the address of a redirect.
//!
//! Source: `starlette/datastructures.py` (`URL`), `starlette/_utils.py` (`parse_host_header`).

use std::{fmt, net::Ipv6Addr};

use percent_encoding::utf8_percent_encode;

use super::matching::QUOTED;

/// Quoted as the whole address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority(String);

impl Authority {
    /// `checks`: newer versions do not believe a host that could be taken for more than a host.
    pub fn of(host: &[u8], checks: bool) -> Option<Self> {
        // Starlette reads header values as Latin-1.
        let host: String = host.iter().map(|byte| char::from(*byte)).collect();
        if checks && !is_host(&host) {
            return None;
        }
        Some(Self(utf8_percent_encode(&host, QUOTED).to_string()))
    }
}

fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((literal, port)) if is_ip_literal(literal) => (None, port),
            _ => return false,
        },
        None => {
            let at = text.find(':').unwrap_or(text.len());
            (Some(&text[..at]), &text[at..])
        }
    };
    name.is_none_or(|name| !name.is_empty() && name.bytes().all(is_name_byte)) && is_port(port)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._~%!$&'()*+,;=-".contains(&byte)
}

fn is_ip_literal(text: &str) -> bool {
    match text.strip_prefix('v') {
        Some(rest) => rest.split_once('.').is_some_and(|(version, name)| {
            let is_hex = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_name = |byte: u8| is_name_byte(byte) && byte != b'%' || byte == b':';
            is_hex && !name.is_empty() && name.bytes().all(is_name)
        }),
        None => text.parse::<Ipv6Addr>().is_ok(),
    }
}

/// Nothing, or a colon and a number up to 65535, leading zeros or not.
fn is_port(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(':') else { return text.is_empty() };
    let number = digits.trim_start_matches('0');
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && number.len() <= 5
        && number.parse::<u32>().unwrap_or(0) <= 65_535
}

impl fmt::Display for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (host, before the check was there, since)
    #[test]
    fn a_host_is_believed_as_the_version_believes_it() {
        for (host, old, new) in [
            ("api.example.com", "api.example.com", Some("api.example.com")),
            ("API:080", "API:080", Some("API:080")),
            ("h:65536", "h:65536", None),
            ("h:", "h:", None),
            ("a\"b:99", "a%22b:99", None),
            ("[::1]:80", "[::1]:80", Some("[::1]:80")),
            ("[::g]", "[::g]", None),
            ("[v1.a:b]", "[v1.a:b]", Some("[v1.a:b]")),
            ("a@b", "a@b", None),
            ("a/b", "a/b", None),
            ("\u{e9}", "%C3%A9", None),
            ("", "", None),
        ] {
            let bytes: Vec<u8> =
                host.chars().map(|character| u8::try_from(character).expect("Latin-1")).collect();
            let told = |checks| Authority::of(&bytes, checks).map(|authority| authority.to_string());
            assert_eq!((told(false).as_deref(), told(true).as_deref()), (Some(old), new), "{host}");
        }
    }
}
