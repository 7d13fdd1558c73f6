//! What the file may name: the routes in the lock, and those that have a handler in this binary.

use super::{Defaults, Owner};
use crate::{
    config::document::{item::Item, nearest},
    routes::key::RouteKey,
};

pub struct Known<'a> {
    /// What the lock lists.
    pub routes: &'a [KnownRoute],
    /// What only the gateway has.
    pub added: &'a [KnownRoute],
    /// What has a handler.
    pub native: &'a [RouteKey],
}

pub struct KnownRoute {
    pub key: RouteKey,
    pub protected: bool,
    /// Protected in a way that only an OpenAPI document tells: the gateway verifies nothing by itself.
    pub documented: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("`{written}` is not a route in the lock\nhelp: {suggestion}")]
pub struct NoSuchRoute {
    written: String,
    suggestion: String,
}

impl NoSuchRoute {
    pub fn remedy(&self) -> &str {
        &self.suggestion
    }
}

impl Known<'_> {
    /// The key that `written` spells, if there is such a route.
    pub(super) fn key(&self, written: &Item<'_>) -> Option<RouteKey> {
        let text = written.text()?;
        match text.parse::<RouteKey>() {
            Ok(key) if self.route(&key).is_some() => Some(key),
            Ok(key) => {
                written.reject(format!("`{key}` is not a route in the lock"), self.suggestion(key.as_str()));
                None
            }
            Err(error) => {
                written.reject(error, self.suggestion(text));
                None
            }
        }
    }

    /// The route that a word of the command line names, or where to look instead.
    pub fn named(&self, text: &str) -> Result<RouteKey, NoSuchRoute> {
        let key = text.parse::<RouteKey>().ok();
        let known = key.filter(|key| self.route(key).is_some());
        known.ok_or_else(|| NoSuchRoute { written: text.to_owned(), suggestion: self.suggestion(text) })
    }

    pub(super) fn is_protected(&self, key: &RouteKey) -> bool {
        self.route(key).is_some_and(|route| route.protected)
    }

    pub(super) fn is_documented(&self, key: &RouteKey) -> bool {
        self.route(key).is_some_and(|route| route.documented)
    }

    /// Whose a route is of which the file says nothing.
    pub(super) fn owner_by_default(&self, key: &RouteKey, defaults: &Defaults) -> Owner {
        let is_added = self.added.iter().any(|route| route.key == *key);
        if is_added { Owner::Legacy } else { defaults.owner }
    }

    pub(super) fn has_handler(&self, key: &RouteKey) -> bool {
        self.native.contains(key)
    }

    /// What to type instead of an owner that needs a handler.
    pub(super) fn handlers(&self) -> String {
        // A handler of another legacy's route is of no use here.
        let here: Vec<_> = self.native.iter().filter(|key| self.route(key).is_some()).collect();
        let handlers = if here.is_empty() {
            "no route has a handler yet".to_owned()
        } else {
            format!("routes with a handler: {}", nearest::list(here.iter().map(|key| key.as_str())))
        };
        format!(
            "write `\"legacy\"` or `\"deny\"`; or begin one with `gateway routes new`; or, of a login and its like, \
             describe it in legacy.toml (`[[auth.login]]`); {handlers}"
        )
    }

    fn route(&self, key: &RouteKey) -> Option<&KnownRoute> {
        self.all().find(|route| route.key == *key)
    }

    fn all(&self) -> impl Iterator<Item = &KnownRoute> {
        self.routes.iter().chain(self.added)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &RouteKey> {
        self.all().map(|route| &route.key)
    }

    /// A slip is looked for in the words of a template, not in the names of its parameters.
    fn nearest(&self, text: &str) -> Option<&RouteKey> {
        let shapes: Vec<(String, &RouteKey)> = self.keys().map(|key| (shape(key.as_str()), key)).collect();
        let meant = nearest::among(&shape(text), shapes.iter().map(|(shape, _)| shape.as_str()))?;
        shapes.iter().find(|(shape, _)| shape == meant).map(|(_, key)| *key)
    }

    fn suggestion(&self, text: &str) -> String {
        let (method, template) = text.split_at(text.find('/').unwrap_or(text.len()));
        let same_path: Vec<&RouteKey> =
            self.keys().filter(|key| shape(key.template()) == shape(template)).collect();
        let is_meant = |key: &&&RouteKey| key.method().eq_ignore_ascii_case(method.trim());
        match (same_path.iter().find(is_meant), same_path.as_slice()) {
            (Some(meant), _) => format!("did you mean `\"{meant}\"`?"),
            (None, []) => match self.nearest(text) {
                Some(meant) => format!("did you mean `\"{meant}\"`?"),
                None => "`gateway routes list` prints every route; `gateway legacy import` reads them again"
                    .to_owned(),
            },
            (None, [any]) if any.method() == "ANY" => {
                format!("the lock lists it for every method at once: write `\"{any}\"`")
            }
            (None, keys) => {
                format!("the lock lists this path as {}", nearest::list(keys.iter().map(|key| key.as_str())))
            }
        }
    }
}

/// The template without the names of its parameters, which are easily mistaken.
fn shape(template: &str) -> String {
    let mut shape = String::new();
    let mut inside = false;
    for character in template.chars() {
        match character {
            '{' => inside = true,
            '}' => inside = false,
            _ if inside => continue,
            _ => {}
        }
        shape.push(character);
    }
    shape
}
