//! In which status, whose words and which envelope the legacy tells what is wrong with a request.
//!
//! A shape is found by trying: what stands in the answer to broken JSON becomes a template, and it is learned only if
//! the template also makes the answer to a body that is not there, byte for byte.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::Value;

use super::super::{
    Answer,
    finding::{Content, Learned},
    script::BROKEN,
};
use crate::contract::{
    Failure,
    json::Framework,
    python,
    request::{BodyKind, Received},
    validation::{
        Detail, Errors, Problem, Step,
        shape::{Template, ValidationShape, Words},
    },
};

/// A shape, and the keys of the profile that say it.
pub(super) struct Found {
    pub(super) shape: ValidationShape,
    words: &'static str,
    pages: Option<String>,
    body: String,
    each: Option<String>,
}

impl Found {
    /// Of the answers to broken JSON and to no body.
    pub(super) fn of(broken: &Answer, missing: &Answer) -> Option<Self> {
        let text = std::str::from_utf8(&broken.body).ok()?;
        let status = StatusCode::from_u16(broken.status).ok().filter(|status| status.is_client_error())?;
        let pages = pages(text);
        let mut speakers =
            vec![("pydantic-v2", Words::PydanticV2 { pages: None }), ("pydantic-v1", Words::PydanticV1)];
        speakers.extend(pages.as_deref().map(|version| ("pydantic-v2", Words::with_pages(version))));
        let details = (no_json()?, no_body()?);
        for (words, speaker) in speakers {
            for (body, each) in templates(text, &speaker, &details.0) {
                let Some(shape) = shape(status, &speaker, &body, each.as_deref()) else { continue };
                if shape.body(&details.0) == broken.body && shape.body(&details.1) == missing.body {
                    let pages =
                        pages.clone().filter(|_| matches!(speaker, Words::PydanticV2 { pages: Some(_) }));
                    return Some(Self { shape, words, pages, body, each });
                }
            }
        }
        None
    }

    /// What has to be written for it where `holds` is what holds.
    pub(super) fn beside(&self, holds: &ValidationShape) -> Vec<Learned> {
        let text = |key, text: &str| Learned::error(key, Content::Text(text.to_owned()));
        let mut keys = Vec::new();
        if self.shape.status != holds.status {
            let value = Content::Number(i64::from(self.shape.status.as_u16()));
            keys.push(Learned::error("validation.status", value));
        }
        if self.shape.words != holds.words {
            keys.push(text("validation.words", self.words));
            keys.extend(self.pages.as_deref().map(|pages| text("validation.pages", pages)));
        }
        if self.shape.body != holds.body {
            keys.push(text("validation.body", &self.body));
        }
        if self.shape.each != holds.each {
            keys.extend(self.each.as_deref().map(|each| text("validation.each", each)));
        }
        keys
    }
}

fn shape(status: StatusCode, words: &Words, body: &str, each: Option<&str>) -> Option<ValidationShape> {
    let each = each.map(Template::of_each).transpose().ok()?;
    Some(ValidationShape { status, words: words.clone(), each, body: Template::of_body(body).ok()? })
}

/// Bodies in which what is told became places, each with a template for a single mistake where it needs one.
fn templates(text: &str, words: &Words, detail: &Detail) -> Vec<(String, Option<String>)> {
    let place = |name: &str| shape(StatusCode::OK, words, name, None).map(|shape| shape.body(detail));
    let part = |name: &str| place(name).and_then(|bytes: Bytes| String::from_utf8(bytes.to_vec()).ok());
    let mut found = Vec::new();
    for name in ["{errors}", "{messages}", "{first}"] {
        found.extend(
            part(name).filter(|part| text.contains(part)).map(|part| (text.replacen(&part, name, 1), None)),
        );
    }
    let with_places = |text: &str| {
        let mut text = text.to_owned();
        for name in ["{ctx}", "{loc}", "{path}", "{field}", "{type}", "{msg}"] {
            if let Some(part) = part(name) {
                text = text.replacen(&part, name, 1);
            }
        }
        text
    };
    if let Some(list) = serde_json::from_str(text).ok().as_ref().and_then(list_of_one)
        && let Some(each) = list.get(0)
        && text.contains(&list.to_string())
    {
        found.push((text.replacen(&list.to_string(), "{errors}", 1), Some(with_places(&each.to_string()))));
    }
    found.push((with_places(text), None));
    found
}

/// The list of mistakes, when there is one mistake.
fn list_of_one(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(list) if list.len() == 1 && list[0].is_object() => Some(value),
        Value::Object(members) => members.values().find_map(list_of_one),
        _ => None,
    }
}

/// The version in the address of the page about a mistake.
fn pages(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("https://errors.pydantic.dev/")?;
    rest.split_once('/').map(|(version, _)| version.to_owned())
}

/// What the kit finds wrong with the body that is sent as broken JSON.
fn no_json() -> Option<Detail> {
    let json = HeaderValue::from_static("application/json");
    let rules = Framework::of_fastapi("").requests();
    match Received::read(BodyKind::Json, &Bytes::from_static(BROKEN), Some(&json), rules) {
        Err(Failure::Unprocessable(detail)) => Some(detail),
        _ => None,
    }
}

fn no_body() -> Option<Detail> {
    let mut errors = Errors::default();
    errors.within(Step::Name("body"), |errors| {
        errors.push(Problem::new("missing", "Field required"), Cow::Owned(python::Value::None));
    });
    match errors.failure() {
        Failure::Unprocessable(detail) => Some(detail),
        _ => None,
    }
}
