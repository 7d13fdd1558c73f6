//! `[trust]`: headers that the legacy believes, by the name under which every spelling of them is one.

use std::fmt;

use crate::config::document::{item::Item, section::Section};

/// Lower case, and every other character than a letter or a digit is `-`: `X-User-Id`, `x_user_id` and `X.User.Id`
/// are one name, because a server behind may read them as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CanonicalHeader(String);

impl CanonicalHeader {
    pub fn of(name: &str) -> Self {
        let canonical = |byte: u8| {
            if byte.is_ascii_alphanumeric() { char::from(byte.to_ascii_lowercase()) } else { '-' }
        };
        Self(name.bytes().map(canonical).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CanonicalHeader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Without these a request is no longer the one that the client sent.
const NEEDED_FROM_CLIENTS: [&str; 12] = [
    "authorization",
    "accept",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "origin",
    "range",
    "transfer-encoding",
    "upgrade",
];

pub(super) fn read(mut section: Section<'_>) -> Vec<CanonicalHeader> {
    let items = section.required("headers", "headers = [\"X-User-Id\"]");
    section.close();
    let items = items.and_then(|item| item.list("headers = [\"X-User-Id\"]")).unwrap_or_default();
    let mut headers = Vec::new();
    for (item, header) in items.iter().filter_map(|item| Some((item, header(item)?))) {
        if headers.contains(&header) {
            item.reject(
                format!("`{header}` is listed twice, if only in another spelling"),
                "keep one of the two",
            );
        }
        headers.push(header);
    }
    headers
}

fn header(item: &Item<'_>) -> Option<CanonicalHeader> {
    let name = item.text()?;
    if http::HeaderName::try_from(name).is_err() {
        item.reject(format!("`{name}` is not the name of a header"), "write it as in `\"X-User-Id\"`");
        return None;
    }
    let header = CanonicalHeader::of(name);
    if NEEDED_FROM_CLIENTS.contains(&header.as_str()) {
        item.reject(
            format!("clients must be able to send `{name}`"),
            "name only headers that a proxy in front of the legacy used to set",
        );
        return None;
    }
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_name() {
        for spelling in ["X-User-Id", "x_user_id", "X.User.Id", "X-USER^ID", "x!user~id"] {
            assert_eq!(CanonicalHeader::of(spelling).as_str(), "x-user-id");
        }
        assert_ne!(CanonicalHeader::of("X-UserId"), CanonicalHeader::of("X-User-Id"));
    }
}
