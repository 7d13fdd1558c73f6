//! How the legacy protects a route, and what it answers when the scheme refuses.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    pub name: String,
    /// `module.Class` in the legacy.
    pub class: String,
    pub kind: SchemeKind,
    pub auto_error: bool,
    /// Absent where the scheme never refuses by itself, or where its answer is not a fixed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<Failures>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchemeKind {
    /// Exactly FastAPI's own `OAuth2PasswordBearer` or `HTTPBearer`.
    Bearer,
    BearerSubclass,
    Other,
    /// Named by an OpenAPI document: what it does when it refuses is not known.
    Documented,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    pub missing: Failure,
    pub wrong_scheme: Failure,
}

/// The legacy's answer as it leaves its exception handlers, inside of any middleware.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Scheme {
    /// Whether the gateway may verify this scheme in the legacy's place.
    ///
    /// `trusted_classes` are the subclasses that the profile declares to behave like the class they extend.
    pub fn is_verifiable(&self, trusted_classes: &[String]) -> bool {
        let bearer = match self.kind {
            SchemeKind::Bearer => true,
            SchemeKind::BearerSubclass => trusted_classes.contains(&self.class),
            SchemeKind::Other | SchemeKind::Documented => false,
        };
        bearer && self.auto_error && self.failures.is_some()
    }

    /// `HTTPBearer` refuses an empty credential itself; `OAuth2PasswordBearer` hands it on.
    pub fn takes_empty_for_missing(&self) -> bool {
        self.class.ends_with(".HTTPBearer")
    }
}
