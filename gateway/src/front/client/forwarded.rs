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

/// The elements of one line; one that is nothing for a line that cannot be taken apart.
pub(super) fn elements(line: &[u8]) -> Vec<Option<Element>> {
    let Some(elements) = self::text(line).and_then(|line| outside_of_quotes(&line, ',').map(parsed)) else {
        return vec![None];
    };
    elements
}

fn parsed(elements: Vec<&str>) -> Vec<Option<Element>> {
    elements.into_iter().filter(|text| !text.trim().is_empty()).map(element).collect()
}

/// Nothing where it holds bytes that neither an address nor a name has.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok().filter(|text| text.is_ascii())
}

fn element(text: &str) -> Option<Element> {
    let mut element = Element::default();
    for pair in outside_of_quotes(text, ';')? {
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
    Some(element)
}

/// None where quotes are left open: whoever opened them would swallow what a proxy wrote behind.
fn outside_of_quotes(text: &str, separator: char) -> Option<Vec<&str>> {
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
    (!is_quoted).then_some(parts)
}

/// With a port or without; nothing for a name that hides one.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    bare().or_else(with_port).or_else(in_brackets).map(|ip| ip.to_canonical())
}
