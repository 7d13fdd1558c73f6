//! What the file may name: the routes in the lock, and those that have a handler in this binary.

use crate::{
    config::document::{item::Item, nearest},
    routes::key::RouteKey,
};

pub struct Known<'a> {
    /// What the lock lists.
    pub routes: &'a [KnownRoute],
    /// What has a compiled handler; one that the lock does not list is a route that only the gateway has.
    pub native: &'a [RouteKey],
}

pub struct KnownRoute {
    pub key: RouteKey,
    pub protected: bool,
}

impl Known<'_> {
    /// The key that `written` spells, if there is such a route.
    pub(super) fn key(&self, written: &Item<'_>) -> Option<RouteKey> {
        let text = written.text()?;
        match text.parse::<RouteKey>() {
            Ok(key) if self.native.contains(&key) || self.route(&key).is_some() => Some(key),
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

    pub(super) fn is_protected(&self, key: &RouteKey) -> bool {
        self.route(key).is_some_and(|route| route.protected)
    }

    pub(super) fn has_handler(&self, key: &RouteKey) -> bool {
        self.native.contains(key)
    }

    /// For a sentence that ends with the routes that have a handler.
    pub(super) fn handlers(&self) -> String {
        if self.native.is_empty() {
            return "no route has one in this binary".to_owned();
        }
        format!("compiled here: {}", nearest::list(self.native.iter().map(RouteKey::as_str)))
    }

    fn route(&self, key: &RouteKey) -> Option<&KnownRoute> {
        self.routes.iter().find(|route| route.key == *key)
    }

    fn keys(&self) -> impl Iterator<Item = &RouteKey> {
        self.routes.iter().map(|route| &route.key).chain(self.native)
    }

    fn suggestion(&self, text: &str) -> String {
        let template = text.find('/').map_or("", |slash| &text[slash..]);
        let same_path: Vec<&str> = self
            .keys()
            .filter(|key| shape(key.template()) == shape(template))
            .map(RouteKey::as_str)
            .collect();
        let any = same_path.iter().find(|key| key.starts_with("ANY "));
        if let Some(any) = any {
            return format!("the lock lists it for every method at once: write `\"{any}\"`");
        }
        if let Some(meant) = nearest::among(text, same_path.iter().copied())
            && shape(meant) == shape(&text.to_uppercase().replace(&template.to_uppercase(), template))
        {
            return format!("did you mean `\"{meant}\"`?");
        }
        if !same_path.is_empty() {
            return format!("the lock lists this path as {}", nearest::list(same_path));
        }
        match nearest::among(text, self.keys().map(RouteKey::as_str)) {
            Some(meant) => format!("did you mean `\"{meant}\"`?"),
            None => "`gateway routes list` prints every route; `gateway legacy import` reads them again"
                .to_owned(),
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
