//! `[[legacy.tokens]]`: what a token of the legacy's looks like, and whom it names.
//!
//! The algorithm is fixed here and never taken from a token.

mod algorithm;
mod alike;
mod keys;
mod subject;

use std::{
    collections::BTreeSet,
    ops::RangeInclusive,
    time::{Duration, SystemTime},
};

use super::UsersProfile;
use crate::config::document::{
    item::Item,
    section::{Entry, Section},
};

pub use algorithm::Algorithm;
pub use keys::{KeyRule, KeySource};
pub use subject::{LookupRule, SubjectKind, SubjectRule};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenProfile {
    pub name: String,
    /// The word before the token.
    pub scheme: String,
    pub algorithm: Algorithm,
    pub keys: KeyRule,
    pub subject: SubjectRule,
    /// Claims that must be there; no other claim needs to be.
    pub require: Vec<String>,
    /// Claims that must say exactly this.
    pub equals: Vec<(String, String)>,
    /// One of these; none: a token for an audience is for somebody else.
    pub audience: Vec<String>,
    /// One of these; none: whoever has the key.
    pub issuer: Vec<String>,
    pub leeway: Duration,
    /// No token expires later than this from now; where `iat` is missing it is computed from it.
    pub lifetime: Option<Duration>,
    /// From then on no such token is taken.
    pub accept_until: Option<SystemTime>,
    /// PyJWT takes an expiry that is written as text.
    pub lenient_exp: bool,
}

const LIFETIMES: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_hours(24 * 3660);
const LONGEST_LEEWAY: Duration = Duration::from_mins(5);

pub(super) fn read_all(item: &Item<'_>) -> Option<Vec<TokenProfile>> {
    let items = item.list("[[legacy.tokens]]")?;
    if items.is_empty() {
        item.reject("no token is described", "write a `[[legacy.tokens]]` section");
        return None;
    }
    let mut names = BTreeSet::new();
    let mut tokens: Vec<TokenProfile> = Vec::new();
    for item in items {
        if let Some(token) =
            item.section("[[legacy.tokens]]").and_then(|section| TokenProfile::read(section, &mut names))
        {
            alike::refuse(&token, &tokens, &item);
            tokens.push(token);
        }
    }
    Some(tokens)
}

/// The column of another table may have the name of the id's, and mean something else.
pub(super) fn refuse_other_tables(tokens: &[TokenProfile], users: &UsersProfile, item: &Item<'_>) {
    for token in tokens {
        let SubjectKind::Lookup(rule) = &token.subject.kind else { continue };
        let own = &users.table;
        if rule.table != own.name || rule.schema != own.schema {
            let what = format!("`{}` looks for its users with `lookup({rule})`", token.name);
            let remedy = format!(
                "write a column of the table in `[legacy.users]`, as in `lookup({own}.{})`",
                rule.column
            );
            item.reject(what, remedy);
        }
    }
}

impl TokenProfile {
    fn read(mut section: Section<'_>, names: &mut BTreeSet<String>) -> Option<Self> {
        for key in ["secret", "secret_key", "key", "secret_env"] {
            section.refuse(
                key,
                "a secret does not belong into this file",
                "remove it and set `LEGACY_JWT_SECRET`, or write `secret_file = \"/run/secrets/jwt\"`",
            );
        }
        let name = section.required("name", "name = \"access\"").and_then(|item| unique_name(&item, names));
        let scheme = section.optional("scheme").map_or(Some("Bearer".to_owned()), |item| scheme(&item));
        let algorithm_item = section.required("algorithm", "algorithm = \"HS256\"");
        let algorithm = algorithm_item.as_ref().and_then(|item| item.parsed(algorithm::BadAlgorithm::remedy));
        let keys = KeyRule::read(&mut section, algorithm);
        if let (Some(keys), Some(item)) = (&keys, &algorithm_item) {
            keys.refuse_too_many(item);
        }
        let subject = section.required("subject", "subject = \"sub:int\"");
        let subject = subject.and_then(|item| item.parsed(|_| subject::REMEDY.to_owned()));
        let require = section.required("require", "require = [\"exp\"]").and_then(|item| claims(&item));
        let equals = section.optional("equals").map_or(Some(Vec::new()), |item| equals(&item));
        let mut one_of = |key, example| {
            section.optional(key).map_or(Some(Vec::new()), |item: Item<'_>| texts(&item, example))
        };
        let audience = one_of("aud", "aud = \"fastapi-users:auth\"");
        let issuer = one_of("iss", "iss = \"https://login.example.com\"");
        let leeway = section
            .optional("leeway")
            .map_or(Some(Duration::ZERO), |item| item.duration(Duration::ZERO..=LONGEST_LEEWAY, "30s"));
        let lifetime = section.optional("lifetime").map(|item| item.duration(LIFETIMES, "30m"));
        let accept_until = section.optional("accept_until").map(|item| moment(&item));
        let lenient_exp = section.optional("lenient_exp").map_or(Some(false), |item| item.boolean());
        section.close();
        Some(Self {
            name: name?,
            scheme: scheme?,
            algorithm: algorithm?,
            keys: keys?,
            subject: subject?,
            require: require?,
            equals: equals?,
            audience: audience?,
            issuer: issuer?,
            leeway: leeway?,
            lifetime: lifetime.map_or(Some(None), |lifetime| lifetime.map(Some))?,
            accept_until: accept_until.map_or(Some(None), |moment| moment.map(Some))?,
            lenient_exp: lenient_exp?,
        })
    }
}

fn unique_name(item: &Item<'_>, names: &mut BTreeSet<String>) -> Option<String> {
    let name = item.text()?;
    if name.trim().is_empty() {
        item.reject("the name is empty", "write a name for logs, as in `name = \"access\"`");
        return None;
    }
    if !names.insert(name.to_owned()) {
        item.reject(format!("two tokens are called `{name}`"), "give each its own name");
    }
    Some(name.to_owned())
}

/// A token of RFC 9110 section 5.6.2, which is what a scheme must be.
fn scheme(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !text.is_empty() && text.bytes().all(legal) {
        return Some(text.to_owned());
    }
    item.reject(format!("`{text}` is not the word of a scheme"), "write one word, as in `\"Bearer\"`");
    None
}

fn claims(item: &Item<'_>) -> Option<Vec<String>> {
    let mut claims: Vec<String> = Vec::new();
    for item in item.list("require = [\"exp\"]")? {
        let Some(claim) = item.text() else {
            continue;
        };
        if claim.is_empty() {
            item.reject("the claim has no name", "write the name of a claim, as in `\"exp\"`");
        } else if claims.iter().any(|earlier| earlier == claim) {
            item.reject(format!("`{claim}` is listed twice"), "keep one of the two");
        }
        claims.push(claim.to_owned());
    }
    Some(claims)
}

fn equals(item: &Item<'_>) -> Option<Vec<(String, String)>> {
    let entries = item.section("equals = { sub = \"access\" }")?.entries();
    let pair = |Entry { key, value }: Entry<'_>| Some((key.text()?.to_owned(), value.text()?.to_owned()));
    entries.into_iter().map(pair).collect()
}

/// One text, or several in a list; none of them empty, none twice.
fn texts(item: &Item<'_>, example: &str) -> Option<Vec<String>> {
    let items = if item.is_text() { vec![item.clone()] } else { item.list(example)? };
    if items.is_empty() {
        item.reject("the list is empty", format!("write it as in `{example}`, or remove it"));
        return None;
    }
    let mut texts: Vec<String> = Vec::new();
    for item in items {
        let text = item.text()?;
        if text.trim().is_empty() {
            item.reject("the text is empty", format!("write it as in `{example}`"));
        } else if texts.iter().any(|earlier| earlier == text) {
            item.reject(format!("`{text}` is listed twice"), "keep one of the two");
        }
        texts.push(text.to_owned());
    }
    Some(texts)
}

fn moment(item: &Item<'_>) -> Option<SystemTime> {
    let text = item.text()?;
    let moment = humantime::parse_rfc3339(text).ok();
    if moment.is_none() {
        let remedy = "write it in UTC, as in `\"2027-01-31T00:00:00Z\"`";
        item.reject(format!("`{text}` is not a moment"), remedy);
    }
    moment
}
