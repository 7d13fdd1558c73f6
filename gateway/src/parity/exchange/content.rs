//! The body of a request or an answer, as a program reads it: text where it is text, and how it came.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    #[serde(flatten)]
    pub content: Content,
    /// In bytes as it came, packed and with its secrets.
    pub length: u64,
    /// The `Content-Encoding` that was undone: `gzip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coding: Option<String>,
    /// Of an answer that came in pieces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    #[default]
    Nothing,
    Text(String),
    #[serde(rename = "base64", serialize_with = "written", deserialize_with = "read")]
    Bytes(Bytes),
    /// Stands beside the recording, under its SHA-256 in hexadecimal digits.
    Blob(String),
    /// Not kept, and why.
    Omitted(Omitted),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Omitted {
    /// Nobody could look for secrets in it.
    Unreadable,
    /// Larger than `[record]` allows.
    TooLarge,
    /// Whoever answered did not read it to its end, so nobody knows all of it.
    Unread,
}

/// Where a piece of a body ended, in bytes as they came, and when, in microseconds since the exchange began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct Piece {
    pub end: u64,
    pub at: u64,
}

impl Body {
    pub fn of_text(text: &str) -> Self {
        Self { content: Content::Text(text.to_owned()), length: text.len() as u64, ..Self::default() }
    }

    pub fn of_bytes(bytes: Bytes) -> Self {
        let length = bytes.len() as u64;
        let content = match str::from_utf8(&bytes) {
            _ if bytes.is_empty() => Content::Nothing,
            Ok(text) => Content::Text(text.to_owned()),
            Err(_) => Content::Bytes(bytes),
        };
        Self { content, length, ..Self::default() }
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// What it says, unless that was not kept or stands elsewhere.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Nothing => Some(&[]),
            Content::Text(text) => Some(text.as_bytes()),
            Content::Bytes(bytes) => Some(bytes),
            Content::Blob(_) | Content::Omitted(_) => None,
        }
    }
}

impl From<(u64, u64)> for Piece {
    fn from((end, at): (u64, u64)) -> Self {
        Self { end, at }
    }
}

impl From<Piece> for (u64, u64) {
    fn from(Piece { end, at }: Piece) -> Self {
        (end, at)
    }
}

fn written<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64_STANDARD.decode(text).map(Bytes::from).map_err(D::Error::custom)
}
