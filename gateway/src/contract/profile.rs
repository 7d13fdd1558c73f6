//! `legacy.toml`: what the legacy's tokens and error answers look like, which headers it believes, and what it decides
//! about JSON.
//!
//! A contract is never guessed: what decides about access must be written.

mod answer;
mod app_errors;
pub mod auth;
mod envelope;
mod errors;
mod json;
mod shape;
mod token;
mod token_errors;
mod trust;
pub mod users;
mod validation;

use std::path::Path;

use super::json::Decided;
use crate::config::{
    document::{Document, item::Item, section::Section},
    mistakes::Mistakes,
};

pub use answer::ErrorAnswer;
pub use app_errors::AppErrors;
pub use auth::AuthProfile;
pub use envelope::Envelope;
pub use errors::ErrorProfile;
pub use shape::ErrorShape;
pub use token::{Algorithm, KeyRule, KeySource, LookupRule, SubjectKind, SubjectRule, TokenProfile};
pub use token_errors::TokenErrors;
pub use trust::CanonicalHeader;
pub use users::UsersProfile;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub tokens: Vec<TokenProfile>,
    /// Absent: nothing that asks who somebody is can be answered by the gateway.
    pub users: Option<UsersProfile>,
    pub auth: AuthProfile,
    pub errors: ErrorProfile,
    pub json: Decided,
    /// Headers that the legacy believes: never accepted from a client.
    pub trusted_headers: Vec<CanonicalHeader>,
    /// Subclasses of FastAPI's bearer schemes that the gateway may verify too, by their full Python names.
    pub enforce: Vec<String>,
    /// Refuse what weakens the legacy itself, instead of warning of it; and tell nobody which users there are, where the
    /// legacy tells.
    pub harden: bool,
}

const LATER: [&str; 1] = ["cors"];
const LATER_LEGACY: [&str; 1] = ["mint"];

impl Profile {
    pub fn parse(name: &Path, text: &str) -> Result<Profile, Mistakes> {
        let document = Document::read(name, text);
        let profile = read(document.root());
        document.into_result(profile)
    }
}

fn read(mut root: Section<'_>) -> Option<Profile> {
    root.later(&LATER);
    let schema = root.required("schema", "schema = 1").and_then(|item| item.integer(1..=1));
    let legacy = root
        .required("legacy", "[[legacy.tokens]]")
        .and_then(|item| item.section("[[legacy.tokens]]"))
        .map(legacy);
    let errors =
        root.required("errors", "[errors]").and_then(|item| ErrorProfile::read(item.section("[errors]")?));
    let trust = root.optional("trust").and_then(|item| item.section("[trust]"));
    let trusted_headers = trust.map(trust::read).unwrap_or_default();
    let json = root
        .optional("json")
        .map_or_else(|| Some(Decided::default()), |item| item.section("[json]").and_then(json::read));
    let auth = root
        .optional("auth")
        .map_or_else(|| Some(AuthProfile::default()), |item| AuthProfile::read(item.section("[auth]")?));
    let harden = root.optional("harden").map_or(Some(false), |item| item.boolean());
    root.close();
    schema?;
    let Legacy { tokens, users, enforce } = legacy?;
    let (mut errors, harden) = (errors?, harden?);
    if harden {
        errors.tokens = errors.tokens.hardened();
    }
    Some(Profile {
        tokens: tokens?,
        users: users?,
        auth: auth?,
        errors,
        json: json?,
        trusted_headers,
        enforce,
        harden,
    })
}

/// `[legacy]`; what is absent could not be read.
struct Legacy {
    tokens: Option<Vec<TokenProfile>>,
    users: Option<Option<UsersProfile>>,
    enforce: Vec<String>,
}

fn legacy(mut section: Section<'_>) -> Legacy {
    section.later(&LATER_LEGACY);
    let enforce =
        section.optional("enforce").and_then(|item| item.list("enforce = [\"app.security.CookieOrBearer\"]"));
    let enforce = enforce.unwrap_or_default().iter().filter_map(class_name).collect();
    let token_items = section.required("tokens", "[[legacy.tokens]]");
    let tokens = token_items.as_ref().and_then(token::read_all);
    let users = section.optional("users").map(|item| UsersProfile::read(item.section("[legacy.users]")?));
    if let (Some(item), Some(tokens), Some(Some(users))) = (&token_items, &tokens, &users) {
        token::refuse_other_tables(tokens, users, item);
    }
    section.close();
    Legacy { tokens, users: users.map_or(Some(None), |users| users.map(Some)), enforce }
}

fn class_name(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let is_name = |part: &str| {
        part.chars().all(|character| character.is_alphanumeric() || character == '_')
            && part.starts_with(|first: char| !first.is_ascii_digit())
    };
    if text.contains('.') && text.split('.').all(is_name) {
        return Some(text.to_owned());
    }
    item.reject(
        format!("`{text}` is not the full name of a Python class"),
        "write module and class as `gateway legacy import` lists them, as in `app.security.CookieOrBearer`",
    );
    None
}

#[cfg(test)]
mod tests;
