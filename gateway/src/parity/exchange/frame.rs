//! One frame of a WebSocket.

use serde::{Deserialize, Serialize};

use super::content::Content;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    pub from: Side,
    /// In microseconds since the exchange began.
    pub at: u64,
    /// RFC 6455 section 5.2: 1 text, 2 binary, 8 close, 9 ping, 10 pong. A fragmented message is one frame here.
    pub opcode: u8,
    /// Of a close frame, its reason; the code stands in `code`.
    #[serde(flatten)]
    pub content: Content,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Side {
    Client,
    Server,
}

pub(in crate::parity) const BINARY: u8 = 2;

/// What a whole frame says, by its kind.
pub(in crate::parity) fn said(opcode: u8, bytes: Vec<u8>) -> Content {
    if bytes.is_empty() {
        return Content::Nothing;
    }
    match String::from_utf8(bytes) {
        Ok(text) if opcode != BINARY => Content::Text(text),
        Ok(text) => Content::Bytes(text.into_bytes().into()),
        Err(error) => Content::Bytes(error.into_bytes().into()),
    }
}
