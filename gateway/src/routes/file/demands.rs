//! What a route asks of the user beyond being known: `scopes`, all of them, and `roles`, one of them; and what becomes
//! of its requests while it is not known who was logged out.

use crate::{
    auth::Verified,
    config::document::{item::Item, section::Section},
    contract::profile::auth::OnStale,
    routes::key::RouteKey,
};

use super::{AuthRule, Known, kind::Kind};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    scopes: Vec<String>,
    roles: Vec<String>,
}

impl Demands {
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    pub fn are_none(&self) -> bool {
        self.scopes.is_empty() && self.roles.is_empty()
    }

    pub fn are_met_by(&self, token: &Verified) -> bool {
        let has_role = |role: &String| token.roles.contains(role);
        self.scopes.iter().all(|scope| token.scopes.contains(scope))
            && (self.roles.is_empty() || self.roles.iter().any(has_role))
    }

    pub(super) fn read(
        key: &RouteKey,
        section: &mut Section<'_>,
        auth: Option<AuthRule>,
        known: &Known<'_>,
    ) -> Self {
        let mut list = |name: &'static str, example| {
            let Some(item) = section.optional(name) else { return Vec::new() };
            refuse_without_token(key, &item, name, auth, known);
            words(&item, example)
        };
        Self {
            scopes: list("scopes", "scopes = [\"tasks:write\"]"),
            roles: list("roles", "roles = [\"admin\"]"),
        }
    }
}

pub(super) fn on_stale(
    key: &RouteKey,
    section: &mut Section<'_>,
    auth: Option<AuthRule>,
    known: &Known<'_>,
) -> Option<OnStale> {
    let item = section.optional("on_stale")?;
    refuse_without_token(key, &item, "on_stale", auth, known);
    item.choice("a rule for `on_stale`", &OnStale::ALL)
}

/// Of a user whom nobody asked for a token nothing is known.
fn refuse_without_token(
    key: &RouteKey,
    item: &Item<'_>,
    name: &str,
    auth: Option<AuthRule>,
    known: &Known<'_>,
) {
    let is_verified = match auth {
        Some(AuthRule::Required) => true,
        Some(AuthRule::Report | AuthRule::None) => false,
        None => known.is_protected(key) && !known.is_documented(key),
    };
    if Kind::of(key) == Kind::WebSocket {
        item.reject(format!("`{name}` means nothing here: the legacy judges the token"), "remove it");
    } else if !is_verified {
        let what = format!("`{name}` asks something of a token, and `{key}` is answered without one");
        item.reject(what, "write `auth = \"required\"` beside it, or remove it");
    }
}

fn words(item: &Item<'_>, example: &str) -> Vec<String> {
    let items = item.list(example).unwrap_or_default();
    let mut words: Vec<String> = Vec::new();
    for word in &items {
        let Some(text) = word.text() else { continue };
        if text.is_empty() || text.contains(char::is_whitespace) {
            word.reject(format!("`{text}` is not one word"), format!("write it as in `{example}`"));
        } else if words.iter().any(|earlier| earlier == text) {
            word.reject(format!("`{text}` is listed twice"), "keep one of the two");
        }
        words.push(text.to_owned());
    }
    words
}
