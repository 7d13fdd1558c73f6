//! `AnyUrl` and what is narrower: `HttpUrl` is `schemes = &["http", "https"], max_length = 2083`.
//!
//! Source: pydantic-core `src/validators/url.rs`, which stands on the `url` crate.

use std::{borrow::Cow, fmt, ops::Deref};

use url::ParseError;

use super::{
    Constraints, Field,
    choice::alternatives,
    text::{count, counted, not_unicode},
};
use crate::contract::{
    python::{Value, quoted},
    validation::{Errors, Problem},
};

/// Printed as it is sent: the host in Punycode, the path never empty where the scheme wants one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url(url::Url);

#[derive(Clone, Copy, Debug)]
pub struct UrlRules {
    max_length: Option<usize>,
    schemes: Option<&'static [&'static str]>,
    host_required: bool,
}

impl Constraints for UrlRules {
    const NONE: Self = Self { max_length: None, schemes: None, host_required: false };
}

impl UrlRules {
    /// In bytes, of what was given.
    #[must_use]
    pub const fn max_length(mut self, most: usize) -> Self {
        self.max_length = Some(most);
        self
    }

    #[must_use]
    pub const fn schemes(mut self, allowed: &'static [&'static str]) -> Self {
        self.schemes = Some(allowed);
        self
    }

    #[must_use]
    pub const fn host_required(mut self, wanted: bool) -> Self {
        self.host_required = wanted;
        self
    }
}

impl Field for Url {
    type Rules = UrlRules;

    fn read<'a>(given: &'a Value, rules: &UrlRules, errors: &mut Errors<'a>) -> Option<Self> {
        of(given, *rules).map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn of(given: &Value, rules: UrlRules) -> Result<Url, Problem> {
    let Value::Text(text) = given else {
        return Err(Problem::new("url_type", "URL input should be a string or URL"));
    };
    let text = text.as_str().ok_or_else(not_unicode)?;
    if let Some(most) = rules.max_length.filter(|most| text.len() > *most) {
        let message = format!("URL should have at most {}", counted(most, "character"));
        return Err(Problem::new("url_too_long", message).with("max_length", count(most)));
    }
    if text.is_empty() {
        return Err(unparsable("input is empty"));
    }
    let url = url::Url::parse(text).map_err(|error| unparsable(&error.to_string()))?;
    if let Some(schemes) = rules.schemes.filter(|schemes| !schemes.contains(&url.scheme())) {
        let expected = alternatives(&schemes.iter().map(|scheme| quoted(scheme)).collect::<Vec<_>>());
        let problem = Problem::new("url_scheme", format!("URL scheme should be {expected}"));
        return Err(problem.with("expected_schemes", Value::text(&expected)));
    }
    if rules.host_required && !url.has_host() {
        return Err(unparsable(&ParseError::EmptyHost.to_string()));
    }
    Ok(Url(url))
}

fn unparsable(reason: &str) -> Problem {
    let message = format!("Input should be a valid URL, {reason}");
    Problem::new("url_parsing", message).with("error", Value::text(reason))
}

impl Deref for Url {
    type Target = url::Url;

    fn deref(&self) -> &url::Url {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
