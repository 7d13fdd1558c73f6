//! The differences that are no findings: `compat-tests/session/allowed.toml`, each with its place and its reason.

use std::path::PathBuf;

use serde::Deserialize;

use super::{recording::Heard, shape::Shape, step::Step};
use crate::repository;

#[derive(Debug, Clone)]
pub struct Allowed {
    pub(super) allowances: Vec<Allowance>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allowance {
    pub(super) what: What,
    /// The header, or the key of the JSON value.
    #[serde(default)]
    pub(super) name: String,
    pub(super) shape: Option<Shape>,
    #[serde(rename = "where")]
    place: String,
    /// The version of the legacy that differs, where the others do not.
    legacy: Option<String>,
    reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    /// A header that both have, with values of one shape.
    HeaderValue,
    /// A header that only the gateway sends; of a shape, or as the client sent it.
    HeaderAdded,
    /// A header that only the legacy sends.
    HeaderMissing,
    /// A header that stands elsewhere in the list.
    HeaderPosition,
    /// Headers whose names have other capitals.
    HeaderSpelling,
    /// Texts of one shape under a key, wherever it stands in the JSON.
    JsonValue,
    /// The clock in the header of a gzip body (RFC 1952 section 2.3.1).
    GzipTime,
    /// `100 Continue` from one of the two only.
    Interim,
}

#[derive(Debug, thiserror::Error)]
pub enum BadAllowed {
    #[error("read {path}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("parse the allowed differences")]
    Parse(#[from] toml::de::Error),
    #[error(
        "allowed difference {number} ({what:?}): {problem}; write `name`, `shape`, `where` and `reason` as the others do"
    )]
    Incomplete { number: usize, what: String, problem: &'static str },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    allowed: Vec<Allowance>,
}

impl Allowed {
    /// Those of this repository.
    pub fn read() -> Result<Self, BadAllowed> {
        let path = repository().join("compat-tests/session/allowed.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text),
            Err(source) => Err(BadAllowed::Read { path, source }),
        }
    }

    /// What may differ with this version of the legacy.
    pub fn with_legacy(mut self, version: &str) -> Self {
        self.allowances.retain(|allowance| allowance.legacy.as_deref().is_none_or(|only| only == version));
        self
    }

    pub fn parse(text: &str) -> Result<Self, BadAllowed> {
        let Written { allowed: allowances } = toml::from_str(text)?;
        for (index, allowance) in allowances.iter().enumerate() {
            if let Some(problem) = allowance.problem() {
                let what = format!("{:?} {}", allowance.what, allowance.name);
                return Err(BadAllowed::Incomplete { number: index + 1, what, problem });
            }
        }
        Ok(Self { allowances })
    }
}

impl Allowance {
    fn problem(&self) -> Option<&'static str> {
        let named = !matches!(self.what, What::GzipTime | What::Interim | What::HeaderSpelling);
        let shaped = matches!(self.what, What::HeaderValue | What::HeaderAdded | What::JsonValue);
        if self.reason.trim().len() < 10 {
            Some("a reason is missing")
        } else if named == self.name.is_empty() {
            Some("it needs a name where it is about a header or a key, and none elsewhere")
        } else if shaped != self.shape.is_some() {
            Some("it needs a shape where values may differ, and none elsewhere")
        } else {
            None
        }
    }

    /// `*`, `door` for what the gateway answers itself, `empty` for answers without a body, or a request of the
    /// script, its end cut with `*`.
    pub(super) fn applies(&self, step: &Step, heard: &Heard) -> bool {
        match (self.place.as_str(), self.place.strip_suffix('*')) {
            ("door", _) => step.at_the_door,
            ("empty", _) => heard.body.is_empty(),
            (_, Some(beginning)) => step.name().starts_with(beginning),
            (whole, None) => step.name() == whole,
        }
    }

    pub(super) fn describe(&self) -> String {
        format!("{:?} {} at {} ({})", self.what, self.name, self.place, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::super::step::{get, post, websocket};
    use super::*;
    use crate::client::{Head, Headers};

    fn allowance(rest: &str) -> Result<Allowed, BadAllowed> {
        Allowed::parse(&format!("[[allowed]]\nreason = \"a good reason\"\n{rest}"))
    }

    #[test]
    fn the_repositorys_own_file_is_complete() {
        assert!(Allowed::read().unwrap().allowances.len() > 3);
    }

    #[test]
    fn an_incomplete_entry_is_refused() {
        allowance("what = \"header-value\"\nname = \"date\"\nshape = \"http-date\"\nwhere = \"*\"").unwrap();
        for bad in [
            "what = \"header-value\"\nname = \"date\"\nwhere = \"*\"",
            "what = \"header-value\"\nshape = \"http-date\"\nwhere = \"*\"",
            "what = \"header-missing\"\nname = \"server\"\nshape = \"uuid\"\nwhere = \"door\"",
            "what = \"gzip-time\"\nname = \"date\"\nwhere = \"*\"",
            "what = \"gzip-time\"",
            "what = \"anything\"\nwhere = \"*\"",
            "what = \"gzip-time\"\nwhere = \"*\"\nwhy = \"not\"",
        ] {
            assert!(allowance(bad).is_err(), "{bad}");
        }
        assert!(Allowed::parse("[[allowed]]\nwhat = \"gzip-time\"\nwhere = \"*\"\nreason = \"\"").is_err());
    }

    #[test]
    fn a_place_is_everywhere_the_door_or_a_request() {
        let head = Head { status: 200, reason: String::new(), headers: Headers::default() };
        let mut heard = Heard::of(head, Vec::new());
        heard.body = "body".into();
        let at = |place: &str, step: &Step| {
            let allowed = allowance(&format!("what = \"gzip-time\"\nwhere = \"{place}\"")).unwrap();
            allowed.allowances[0].applies(step, &heard)
        };
        assert!(at("*", &get("/x")) && !at("empty", &get("/x")));
        assert!(at("GET /x*", &get("/xy")) && !at("GET /x*", &get("/y")) && !at("GET /x*", &post("/x")));
        assert!(at("WS /live", &websocket("/live", [])) && !at("WS /live", &get("/live")));
        assert!(at("door", &get("/x").at_the_door()) && !at("door", &get("/x")));
    }
}
