//! What proxies write of an address: `Forwarded` (RFC 7239), and the forms that are found in `X-Forwarded-For`.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// One hop of a `Forwarded`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Who asked this proxy.
    pub(super) by: Option<String>,
    pub(super) scheme: Option<String>,
    pub(super) host: Option<String>,
}

pub(super) fn elements(text: &str) -> Vec<Element> {
    outside_of_quotes(text, ',').into_iter().map(element).collect()
}

fn element(text: &str) -> Element {
    let mut element = Element::default();
    for pair in outside_of_quotes(text, ';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = Some(quoted.map_or_else(|| value.to_owned(), |quoted| quoted.replace('\\', "")));
        match name.trim().to_ascii_lowercase().as_str() {
            "for" => element.by = value,
            "proto" => element.scheme = value,
            "host" => element.host = value,
            _ => {}
        }
    }
    element
}

fn outside_of_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, character) in text.char_indices() {
        if is_quoted && !is_escaped && character == '\\' {
            is_escaped = true;
            continue;
        }
        if character == '"' && !is_escaped {
            is_quoted = !is_quoted;
        } else if character == separator && !is_quoted {
            parts.push(&text[start..at]);
            start = at + separator.len_utf8();
        }
        is_escaped = false;
    }
    parts.push(&text[start..]);
    parts
}

/// With a port or without; nothing for a name that hides one.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    bare().or_else(with_port).or_else(in_brackets).map(|ip| ip.to_canonical())
}
