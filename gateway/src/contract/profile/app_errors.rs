//! How one application of the legacy words its errors: the outermost, or one that is mounted below a path.

use super::{ErrorAnswer, ErrorShape, validation};
use crate::{
    config::document::{item::Item, section::Section},
    contract::validation::shape::ValidationShape,
};

/// Where an answer is written here, the legacy has an exception handler with a body of its own for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppErrors {
    pub shape: ErrorShape,
    /// What is wrong with a request.
    pub validation: ValidationShape,
    /// A path that is no route.
    pub not_found: Option<ErrorAnswer>,
    /// `{allow}` in a header stands for the methods.
    pub method_not_allowed: Option<ErrorAnswer>,
    /// An exception that nobody handles.
    pub internal: Option<ErrorAnswer>,
}

const NOT_FOUND: &str = "{ status = 404, body = '{\"detail\":\"No such page\"}' }";
const METHOD_NOT_ALLOWED: &str =
    "{ status = 405, body = '{\"detail\":\"Method not allowed\"}', headers = { Allow = \"{allow}\" } }";
const INTERNAL: &str = "{ status = 500, body = '{\"detail\":\"Internal server error\"}' }";

impl AppErrors {
    /// What FastAPI does without handlers of one's own.
    pub fn plain(shape: ErrorShape) -> Self {
        let validation = ValidationShape::default();
        Self { shape, validation, not_found: None, method_not_allowed: None, internal: None }
    }

    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let shape = section.required("shape", "shape = \"detail\"").and_then(|item| ErrorShape::read(&item));
        let validation = section.optional("validation");
        let validation = validation.and_then(|item| validation::read(item.section("[errors.validation]")?));
        let answer = |item: Option<Item<'_>>, example: &str| {
            item.and_then(|item| ErrorAnswer::read(item.section(example)?))
        };
        let not_found = answer(section.optional("not_found"), NOT_FOUND);
        let method_not_allowed = answer(section.optional("method_not_allowed"), METHOD_NOT_ALLOWED);
        let internal = answer(section.optional("internal"), INTERNAL);
        let validation = validation.unwrap_or_default();
        Some(Self { shape: shape?, validation, not_found, method_not_allowed, internal })
    }
}
