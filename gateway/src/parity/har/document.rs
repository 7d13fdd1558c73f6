//! The document as it is written: only the members that say something of an exchange, and nothing is required that some
//! program leaves out.

use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) log: Log,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Log {
    #[serde(default)]
    pub(super) version: String,
    #[serde(default)]
    pub(super) creator: Creator,
    /// Each is read by itself, so that one mistake costs one entry.
    pub(super) entries: Vec<serde_json::Value>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Creator {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) version: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) started_date_time: String,
    /// In milliseconds.
    #[serde(default)]
    pub(super) time: f64,
    pub(super) request: Asked,
    pub(super) response: Told,
    #[serde(default)]
    pub(super) cache: Empty,
    #[serde(default)]
    pub(super) timings: Timings,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) comment: String,
    /// Chrome: `disk` or `memory` where no server was asked.
    #[serde(rename = "_fromCache", default, skip_serializing_if = "Option::is_none")]
    pub(super) from_cache: Option<String>,
    /// Chrome.
    #[serde(rename = "_webSocketMessages", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) messages: Vec<Message>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Empty {}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) http_version: String,
    #[serde(default)]
    pub(super) cookies: Vec<Empty>,
    #[serde(default)]
    pub(super) headers: Vec<Pair>,
    #[serde(default)]
    pub(super) query_string: Vec<Pair>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) post_data: Option<PostData>,
    #[serde(default = "unknown")]
    pub(super) headers_size: f64,
    #[serde(default = "unknown")]
    pub(super) body_size: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostData {
    #[serde(default)]
    pub(super) mime_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// Proposed for HAR 1.3: `base64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) params: Vec<Param>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Param {
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content_type: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    pub(super) status: u16,
    #[serde(default)]
    pub(super) status_text: String,
    #[serde(default)]
    pub(super) http_version: String,
    #[serde(default)]
    pub(super) cookies: Vec<Empty>,
    #[serde(default)]
    pub(super) headers: Vec<Pair>,
    #[serde(default)]
    pub(super) content: Said,
    #[serde(rename = "redirectURL", default)]
    pub(super) redirect_url: String,
    #[serde(default = "unknown")]
    pub(super) headers_size: f64,
    #[serde(default = "unknown")]
    pub(super) body_size: f64,
    /// Chrome: why there is no answer.
    #[serde(rename = "_error", default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Said {
    /// In bytes, unpacked.
    #[serde(default)]
    pub(super) size: f64,
    #[serde(default)]
    pub(super) mime_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) comment: String,
}

/// In milliseconds; -1 for what is not known.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Timings {
    #[serde(default)]
    pub(super) blocked: Option<f64>,
    #[serde(default)]
    pub(super) dns: Option<f64>,
    #[serde(default)]
    pub(super) connect: Option<f64>,
    #[serde(default)]
    pub(super) send: Option<f64>,
    #[serde(default)]
    pub(super) wait: Option<f64>,
    #[serde(default)]
    pub(super) receive: Option<f64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Message {
    /// `send` or `receive`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// In seconds since 1970.
    pub(super) time: f64,
    pub(super) opcode: u8,
    /// Base64 where it is no text.
    #[serde(default)]
    pub(super) data: String,
}

fn unknown() -> f64 {
    -1.0
}
