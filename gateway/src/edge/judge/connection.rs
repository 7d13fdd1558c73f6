//! What the request says about the connection: which headers it would take away on this hop, and what it asks to become.
//!
//! Any upgrade but a WebSocket is dropped with its header, as `Upgrade: h2c`, which curl sends: to both parsers it is then
//! an ordinary request. One that speaks of a WebSocket and of something else, the two would read differently.

use super::{Body, Class, Header, Objections, Version, header::trimmed};
use crate::auth::trust::TrustedHeaders;

#[derive(Default)]
pub(super) struct Connection {
    upgrades: bool,
    websockets: usize,
    others: usize,
}

/// What decides who asks, for whom, and what: a client must not be able to have the gateway drop it.
const END_TO_END: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "content-length",
    "content-type",
    "cookie",
    "forwarded",
    "host",
    "origin",
];

impl Connection {
    pub(super) fn look_at(
        &mut self,
        header: &Header<'_>,
        trusted: &TrustedHeaders,
        objections: &mut Objections,
    ) -> Result<(), Class> {
        let is_upgrade = header.is("upgrade");
        if !is_upgrade && !header.is("connection") {
            return Ok(());
        }
        for token in header.value.split(|byte| *byte == b',').map(trimmed) {
            if is_upgrade {
                let is_websocket = token.eq_ignore_ascii_case(b"websocket");
                *if is_websocket { &mut self.websockets } else { &mut self.others } += 1;
            } else if token.eq_ignore_ascii_case(b"upgrade") {
                self.upgrades = true;
            } else {
                objections.raise_if(takes_away(token, trusted), Class::NominatedHeader)?;
            }
        }
        Ok(())
    }

    /// Whether it asks for a WebSocket (RFC 6455 section 4.1).
    pub(super) fn judge(
        &self,
        method: &[u8],
        version: Version,
        body: Body,
        objections: &mut Objections,
    ) -> Result<bool, Class> {
        let is_asked = method == b"GET" && self.upgrades && self.websockets > 0;
        let is_clean =
            self.websockets == 1 && self.others == 0 && version == Version::Http11 && body == Body::Length(0);
        objections.raise_if(is_asked && !is_clean, Class::Upgrade)?;
        Ok(is_asked)
    }
}

fn takes_away(token: &[u8], trusted: &TrustedHeaders) -> bool {
    END_TO_END.iter().any(|name| token.eq_ignore_ascii_case(name.as_bytes()))
        || matches!(token, [b'x' | b'X', b'-' | b'_', ..])
        || std::str::from_utf8(token).is_ok_and(|name| trusted.protects(name))
}
