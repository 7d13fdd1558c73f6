//! One error answer of the legacy's: status, headers and body, byte for byte.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, TRAILER, TRANSFER_ENCODING, UPGRADE},
};

use crate::config::document::{
    item::Item,
    section::{Entry, Section},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorAnswer {
    pub status: StatusCode,
    /// In the order in which they were written, and always with a content type.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Bytes,
}

const SET_BY_THE_SERVER: [HeaderName; 6] =
    [CONNECTION, CONTENT_LENGTH, DATE, TRAILER, TRANSFER_ENCODING, UPGRADE];

impl ErrorAnswer {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let status = section.required("status", "status = 401").and_then(|item| item.integer(400..=599));
        let body_item = section.required("body", "body = '{\"detail\":\"Could not validate credentials\"}'");
        let body = body_item.as_ref().and_then(|item| item.text());
        let headers = section.optional("headers");
        let headers = headers.and_then(|item| item.section("headers = { WWW-Authenticate = \"Bearer\" }"));
        let mut headers = headers.map(|section| headers_in(&section)).unwrap_or_default();
        section.close();
        if !headers.iter().any(|(name, _)| name == CONTENT_TYPE) {
            headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
            if let (Some(item), Some(body)) = (body_item, body) {
                refuse_what_is_not_json(&item, body);
            }
        }
        let status = u16::try_from(status?).ok().and_then(|status| StatusCode::from_u16(status).ok());
        Some(Self { status: status?, headers, body: Bytes::copy_from_slice(body?.as_bytes()) })
    }
}

fn refuse_what_is_not_json(item: &Item<'_>, body: &str) {
    if let Err(error) = serde_json::from_str::<serde_json::Value>(body) {
        item.reject(
            format!("the body is not JSON: {error}"),
            "correct it, or write the content type, as in `headers = { Content-Type = \"text/plain\" }`",
        );
    }
}

fn headers_in(section: &Section<'_>) -> Vec<(HeaderName, HeaderValue)> {
    section.entries().iter().filter_map(header).collect()
}

fn header(written: &Entry<'_>) -> Option<(HeaderName, HeaderValue)> {
    let name = written.key.text()?;
    let value = written.value.text()?;
    let Ok(header) = HeaderName::try_from(name) else {
        written
            .key
            .reject(format!("`{name}` is not the name of a header"), "write it as in `WWW-Authenticate`");
        return None;
    };
    if SET_BY_THE_SERVER.contains(&header) {
        written.key.reject(format!("`{name}` is set by the server"), "remove it");
        return None;
    }
    let Ok(value) = HeaderValue::try_from(value) else {
        written
            .value
            .reject(format!("the value of `{name}` has a control character"), "write one line of text");
        return None;
    };
    Some((header, value))
}
