//! One allowed difference: as it is written, what makes it incomplete, and what it excuses.

use std::fmt::{self, Display, Formatter};

use serde::Deserialize;

use super::{Difference, Kind, Occasion, Place, Window};
use crate::parity::{generated::Class, path::Pattern};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) at: String,
    kind: Option<Kind>,
    class: Option<Class>,
    #[serde(default)]
    routes: Vec<String>,
    legacy: Option<String>,
    #[serde(default)]
    from: Vec<u16>,
    to: Option<u16>,
    #[serde(default)]
    when: Vec<String>,
    reason: String,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    at: At,
    kind: Option<Kind>,
    class: Option<Class>,
    /// All when empty; an end may be cut with `*`.
    routes: Vec<String>,
    legacy: Option<String>,
    /// The legacy's status: one of these, or any when empty.
    from: Vec<u16>,
    /// The native status.
    to: Option<u16>,
    /// What the request must be, all of it.
    when: Vec<String>,
    reason: String,
}

#[derive(Clone, Debug)]
enum At {
    /// Everything, where the two answer different things on purpose.
    Answer,
    Header(String),
    Body,
    Json(Pattern),
}

const SHORTEST_REASON: usize = 10;

impl Entry {
    pub(super) fn check(written: Written) -> Result<Self, String> {
        let Written { at, kind, class, routes, legacy, from, to, when, reason } = written;
        let at = match at.split_once(' ') {
            None if at == "answer" => At::Answer,
            None if at == "body" => At::Body,
            Some(("header", name)) => At::Header(name.to_ascii_lowercase()),
            Some(("body", path)) => At::Json(path.parse().map_err(|error| format!("{error}"))?),
            _ => return Err("write `answer`, `header NAME`, `body` or `body $.path`".to_owned()),
        };
        let is_whole = matches!(at, At::Answer);
        let complaint = if reason.trim().len() < SHORTEST_REASON {
            "it needs a reason"
        } else if is_whole && (to.is_none() || when.is_empty()) {
            "a whole answer is excused only `to` one status and for requests that are named by `when`"
        } else if is_whole == kind.is_some() {
            "it needs a `kind`, unless it is about a whole answer"
        } else if class.is_some() && !matches!(kind, Some(Kind::Value | Kind::Added)) {
            "a `class` is of values that differ or were added"
        } else if kind == Some(Kind::Value) && class.is_none() && to.is_none() && when.is_empty() {
            "a value may not be just anything: name its `class`, or the status `to` or `when` that it is for"
        } else {
            return Ok(Self { at, kind, class, routes, legacy, from, to, when, reason });
        };
        Err(complaint.to_owned())
    }

    pub(super) fn is_about(&self, version: &str) -> bool {
        self.legacy.as_deref().is_none_or(|only| only == version)
    }

    pub(super) fn applies(&self, [legacy, native]: [u16; 2], occasion: Occasion<'_>) -> bool {
        let fits = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => occasion.route.starts_with(beginning),
            None => occasion.route == pattern,
        };
        let of_route = self.routes.is_empty() || self.routes.iter().any(fits);
        let of_status =
            (self.from.is_empty() || self.from.contains(&legacy)) && self.to.is_none_or(|to| to == native);
        of_route && of_status && self.when.iter().all(|name| occasion.traits.contains(name.as_str()))
    }

    pub(super) fn excuses(&self, difference: &Difference, window: Window) -> bool {
        let here = match (&self.at, &difference.place) {
            (At::Answer, _) => return true,
            (At::Header(wanted), Place::Header(name)) => wanted == name,
            (At::Body, Place::Body) => true,
            (At::Json(pattern), Place::Json(path)) => pattern.matches(path),
            (At::Header(_) | At::Body | At::Json(_), _) => false,
        };
        let (legacy, native) = (said(&difference.legacy), said(&difference.native));
        let generated = self.class.is_none_or(|class| match difference.kind {
            Kind::Added => class.explains(&native, &native, window),
            _ => class.explains(&legacy, &native, window),
        });
        here && self.kind == Some(difference.kind) && generated
    }
}

/// A JSON text without its quotes, anything else as it is.
fn said(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
}

impl Display for Entry {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::Answer => formatter.write_str("answer")?,
            At::Header(name) => write!(formatter, "header {name}")?,
            At::Body => formatter.write_str("body")?,
            At::Json(pattern) => write!(formatter, "body {pattern}")?,
        }
        if let Some(kind) = self.kind {
            write!(formatter, ", {kind}")?;
        }
        if let Some(class) = self.class {
            write!(formatter, " ({class})")?;
        }
        if let Some(to) = self.to {
            let from: Vec<_> = self.from.iter().map(u16::to_string).collect();
            let from = if from.is_empty() { "anything".to_owned() } else { from.join(" or ") };
            write!(formatter, ", {from} becomes {to}")?;
        }
        if !self.when.is_empty() {
            write!(formatter, ", when {}", self.when.join(" and "))?;
        }
        if !self.routes.is_empty() {
            write!(formatter, ", of {}", self.routes.join(", "))?;
        }
        if let Some(legacy) = &self.legacy {
            write!(formatter, ", with {legacy} only")?;
        }
        write!(formatter, ": {}", self.reason)
    }
}
