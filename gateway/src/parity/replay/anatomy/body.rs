//! The body of a request or of an answer, by what its headers say it is.

use super::{Spot, Visit, Way, form, html, json, url, views};
use crate::parity::exchange::content::Content;

pub(super) fn content(
    resource: &str,
    media: &str,
    content: &Content,
    visit: &mut dyn Visit,
) -> Option<Content> {
    let spot = Spot::new("body".to_owned(), "", resource, Way::Named);
    let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(boundary) = (essence == "multipart/form-data").then(|| boundary(media)).flatten() {
        return multipart(resource, boundary, content, visit);
    }
    let Content::Text(text) = content else { return None };
    let new = if essence == "application/x-www-form-urlencoded" {
        url::pairs(&spot, text, 0, visit)
    } else if json::is_document(text) {
        json::document(&spot, text, 0, visit)
    } else if essence == "text/event-stream" || essence.ends_with("ndjson") || essence.ends_with("jsonl") {
        lines(&spot, text, visit)
    } else if essence == "text/html" {
        html::fields(resource, text, visit);
        None
    } else if text.len() <= LONGEST_TEXT {
        views::text(&spot, text.trim_end(), 0, visit)
    } else {
        None
    }?;
    Some(Content::Text(new))
}

/// Prose of which nobody sends a part back.
const LONGEST_TEXT: usize = 64 << 10;

fn boundary(media: &str) -> Option<&str> {
    let (_, rest) = media.split_once("boundary=")?;
    Some(rest.split(';').next()?.trim().trim_matches('"')).filter(|boundary| !boundary.is_empty())
}

/// Bytes of a file pass through as ISO 8859-1, which loses nothing.
fn multipart(resource: &str, boundary: &str, content: &Content, visit: &mut dyn Visit) -> Option<Content> {
    match content {
        Content::Text(text) => form::multipart(resource, boundary, text, visit).map(Content::Text),
        Content::Bytes(bytes) => {
            let text: String = bytes.iter().copied().map(char::from).collect();
            let new = form::multipart(resource, boundary, &text, visit)?;
            let bytes: Option<Vec<u8>> = new.chars().map(|character| u8::try_from(character).ok()).collect();
            Some(Content::Bytes(bytes?.into()))
        }
        Content::Nothing | Content::Blob(_) | Content::Omitted(_) => None,
    }
}

/// Events of a stream, and JSON by the line.
fn lines(spot: &Spot, text: &str, visit: &mut dyn Visit) -> Option<String> {
    let mut is_changed = false;
    let mut new = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        let field = ["data:", "id:"].iter().find(|field| line.starts_with(**field));
        let (before, value) = line.split_at(field.map_or(0, |field| field.len()));
        let here = spot.inner(&format!("line {number}"));
        let changed = (!value.is_empty()).then(|| views::text(&here, value.trim(), 0, visit)).flatten();
        is_changed |= changed.is_some();
        new.push(changed.map_or_else(|| line.to_owned(), |value| format!("{before}{value}")));
    }
    is_changed.then(|| new.join("\n"))
}
