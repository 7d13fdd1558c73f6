//! `[auth.websocket]`: where a handshake carries its token, beside `Authorization`, and whether a socket outlives it.

use crate::config::document::{item::Item, section::Section};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSocketRules {
    /// The parameter of the query that is a token: browsers can set no header of a handshake.
    pub query: Option<String>,
    /// In `Sec-WebSocket-Protocol`, what follows this word is a token.
    pub protocol: Option<String>,
    /// Absent: only with `harden`, because the legacy looks at a token once.
    pub close_at_expiry: Option<bool>,
    /// A socket ends when its token is taken back. As long as one is open, revocations are followed.
    pub close_at_logout: bool,
}

impl Default for WebSocketRules {
    fn default() -> Self {
        Self { query: None, protocol: None, close_at_expiry: None, close_at_logout: true }
    }
}

impl WebSocketRules {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let query = section.optional("query").map(|item| name(&item, "query = \"token\""));
        let protocol = section.optional("protocol").map(|item| word(&item));
        let close_at_expiry = section.optional("close_at_expiry").map(|item| item.boolean());
        let close_at_logout = section.optional("close_at_logout").map_or(Some(true), |item| item.boolean());
        section.close();
        Some(Self {
            query: written(query)?,
            protocol: written(protocol)?,
            close_at_expiry: written(close_at_expiry)?,
            close_at_logout: close_at_logout?,
        })
    }
}

/// What was written and could not be read is not the same as what was not written.
fn written<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |read| read.map(Some))
}

fn name(item: &Item<'_>, example: &str) -> Option<String> {
    let text = item.text()?;
    if text.is_empty() {
        item.reject("the name is empty", format!("remove it, or write it as in `{example}`"));
        return None;
    }
    Some(text.to_owned())
}

/// As a subprotocol is spelled: a token of RFC 9110 section 5.6.2.
fn word(item: &Item<'_>) -> Option<String> {
    let example = "protocol = \"bearer\"";
    let text = name(item, example)?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !text.bytes().all(legal) {
        item.reject(
            format!("`{text}` is not the name of a subprotocol"),
            format!("write one word, as in `{example}`"),
        );
        return None;
    }
    Some(text)
}
