//! What the legacy answered, and the few words of it that are shown.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use serde_json::Value;

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// To a question with a good token the body is somebody's data.
    pub is_private: bool,
}

/// As much of a body as a line of a table holds.
const SHOWN: usize = 96;

impl Answer {
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Every value of the header in one text, as Starlette joins them.
    pub fn header(&self, name: &HeaderName) -> Option<String> {
        let values = self.headers.get_all(name).into_iter();
        let values: Vec<_> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    pub fn is_refusal(&self) -> bool {
        self.status >= 400
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.status)?;
        // What is no refusal is somebody's data.
        if self.is_private || !self.is_refusal() || self.body.is_empty() {
            return Ok(());
        }
        let is_text = |byte: &u8| matches!(byte, 0x20..=0x7e) || *byte >= 0x80;
        match std::str::from_utf8(&self.body) {
            Ok(text) if self.body.iter().all(|byte| is_text(byte) || *byte == b'\n') => {
                let line: String = text.chars().filter(|each| !each.is_control()).take(SHOWN).collect();
                let more = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
                write!(formatter, " {line}{more}")
            }
            _ => write!(formatter, " ({} bytes)", self.body.len()),
        }
    }
}
