//! `[errors.validation]`: in whose words and in which envelope the legacy tells what is wrong with a request.

use std::fmt;

use http::StatusCode;

use crate::{
    config::document::{item::Item, section::Section},
    contract::validation::shape::{BadTemplate, Template, ValidationShape, Words},
};

#[derive(Clone, Copy)]
enum Speaker {
    PydanticV2,
    PydanticV1,
}

const BODY: &str = "body = '{\"detail\":{errors}}'";
const EACH: &str = "each = '{\"field\":{field},\"message\":{msg}}'";

pub(super) fn read(mut section: Section<'_>) -> Option<ValidationShape> {
    let usual = ValidationShape::default();
    let status = section.optional("status").map(|item| item.integer(400..=499));
    let words = section
        .optional("words")
        .map(|item| item.choice("whose words they are", &[Speaker::PydanticV2, Speaker::PydanticV1]));
    let pages = section.optional("pages").and_then(|item| Some((pages(&item)?, item)));
    let body = section.optional("body").map(|item| template(&item, BODY, Template::of_body));
    let each = section.optional("each").map(|item| template(&item, EACH, Template::of_each));
    section.close();
    let words = match (words, pages) {
        (Some(None), _) => return None,
        (Some(Some(Speaker::PydanticV1)), Some((_, item))) => {
            item.reject("Pydantic 1 has no pages about its mistakes", "remove it");
            return None;
        }
        (Some(Some(Speaker::PydanticV1)), None) => Words::PydanticV1,
        (Some(Some(Speaker::PydanticV2)) | None, Some((version, _))) => Words::with_pages(&version),
        (Some(Some(Speaker::PydanticV2)) | None, None) => usual.words,
    };
    let status = match status {
        Some(number) => StatusCode::from_u16(u16::try_from(number?).ok()?).ok()?,
        None => usual.status,
    };
    let body = match body {
        Some(body) => body?,
        None => usual.body,
    };
    let each = match each {
        Some(each) => Some(each?),
        None => None,
    };
    Some(ValidationShape { status, words, each, body })
}

/// The version of Pydantic whose pages are named, as major and minor.
fn pages(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if text.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor)) {
        return Some(text.to_owned());
    }
    item.reject(
        format!("`{text}` is not a version of Pydantic whose pages could be named"),
        "write it as the `url` of a 422 has it, as in `\"2.4\"`",
    );
    None
}

fn template(
    item: &Item<'_>,
    example: &str,
    parse: impl FnOnce(&str) -> Result<Template, BadTemplate>,
) -> Option<Template> {
    parse(item.text()?).map_err(|error| item.reject(error, format!("write it as in `{example}`"))).ok()
}

impl fmt::Display for Speaker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::PydanticV2 => "pydantic-v2",
            Self::PydanticV1 => "pydantic-v1",
        })
    }
}
