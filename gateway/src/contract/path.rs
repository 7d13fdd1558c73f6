//! Path parameters of a native route, converted as FastAPI converts them.

use std::{borrow::Cow, convert::Infallible};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{
    lax::Lax,
    python::Value,
    validation::{Errors, Place},
};

/// The matched texts of a request's path, before conversion.
#[derive(Clone, Debug, Default)]
pub struct PathParams(Vec<(String, String)>);

impl PathParams {
    pub fn new(params: Vec<(String, String)>) -> Self {
        Self(params)
    }

    /// A parameter of a declared type; nothing where it is none, which `errors` then tell.
    pub fn required<T: Lax>(
        &self,
        name: &'static str,
        declared: &T,
        errors: &mut Errors<'_>,
    ) -> Option<T::Output> {
        let text = self.0.iter().find(|(found, _)| found == name).map_or("", |(_, text)| text);
        let value = Value::text(text);
        match declared.read(&value) {
            Ok(output) => Some(output),
            Err(problem) => {
                errors.push("path", Place::Name(name), problem, Cow::Owned(value));
                None
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for PathParams {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.remove().unwrap_or_default())
    }
}
