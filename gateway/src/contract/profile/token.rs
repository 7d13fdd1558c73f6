//! `[[legacy.tokens]]`: what a token of the legacy's looks like, and whom it names.
//!
//! The algorithm is fixed here and never taken from a token.

use std::{collections::BTreeSet, fmt, ops::RangeInclusive, str::FromStr, time::Duration};

use crate::config::document::{item::Item, nearest, section::Section};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenProfile {
    pub name: String,
    pub algorithm: Algorithm,
    pub subject: SubjectRule,
    /// Claims that must be there; no other claim needs to be.
    pub require: Vec<String>,
    pub leeway: Duration,
    /// How long the legacy says its tokens live: to warn of, never to judge a token by.
    pub lifetime: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Hs256,
}

/// `claim:kind`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectRule {
    pub claim: String,
    pub kind: SubjectKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    Int,
    Uuid,
    Text,
}

#[derive(Debug, thiserror::Error)]
pub enum BadAlgorithm {
    #[error("`{0}` is no signature: anybody could write such a token")]
    Unsigned(String),
    #[error("`{0}` is not available yet")]
    Later(String),
    #[error("`{0}` is not an algorithm for tokens")]
    Unknown(String),
}

#[derive(Debug, thiserror::Error)]
pub enum BadSubjectRule {
    #[error("`{0}` does not say which claim names the user, and of which kind it is")]
    Shape(String),
    #[error("`{0}` is not a kind of subject")]
    Kind(String),
    #[error("a subject that must be looked up is not available yet")]
    Lookup,
}

const LATER: [&str; 7] = ["accept_until", "secret_file", "aud", "iss", "equals", "kid", "lenient_exp"];
const LATER_ALGORITHMS: [&str; 13] = [
    "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
    "ES256K", "EdDSA",
];
const SUBJECT_REMEDY: &str = "write `claim:kind`, where kind is `int`, `uuid` or `text`, as in `\"sub:int\"`";
const LIFETIMES: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_hours(24 * 3660);
const LONGEST_LEEWAY: Duration = Duration::from_mins(5);

pub(super) fn read_all(item: &Item<'_>) -> Option<Vec<TokenProfile>> {
    let items = item.list("[[legacy.tokens]]")?;
    if items.is_empty() {
        item.reject("no token is described", "write a `[[legacy.tokens]]` section");
        return None;
    }
    let mut names = BTreeSet::new();
    let mut tokens = Vec::new();
    for item in items {
        if let Some(token) =
            item.section("[[legacy.tokens]]").and_then(|section| TokenProfile::read(section, &mut names))
        {
            tokens.push(token);
        }
    }
    Some(tokens)
}

impl TokenProfile {
    fn read(mut section: Section<'_>, names: &mut BTreeSet<String>) -> Option<Self> {
        section.later(&LATER);
        for key in ["secret", "secret_key", "key"] {
            section.refuse(
                key,
                "a secret does not belong into this file",
                "remove it and set `LEGACY_JWT_SECRET`",
            );
        }
        let name = section.required("name", "name = \"access\"").and_then(|item| unique_name(&item, names));
        let scheme = section.optional("scheme").map_or(Some(()), |item| bearer(&item));
        let algorithm = section.required("algorithm", "algorithm = \"HS256\"");
        let algorithm = algorithm.and_then(|item| item.parsed(BadAlgorithm::remedy));
        let subject = section.required("subject", "subject = \"sub:int\"");
        let subject = subject.and_then(|item| item.parsed(|_| SUBJECT_REMEDY.to_owned()));
        let require = section.required("require", "require = [\"exp\"]").and_then(|item| claims(&item));
        let leeway = section
            .optional("leeway")
            .map_or(Some(Duration::ZERO), |item| item.duration(Duration::ZERO..=LONGEST_LEEWAY, "30s"));
        let lifetime = section.optional("lifetime").map(|item| item.duration(LIFETIMES, "30m"));
        section.close();
        scheme?;
        Some(Self {
            name: name?,
            algorithm: algorithm?,
            subject: subject?,
            require: require?,
            leeway: leeway?,
            lifetime: lifetime.map_or(Some(None), |lifetime| lifetime.map(Some))?,
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

/// The word before the token: FastAPI's own schemes know no other.
fn bearer(item: &Item<'_>) -> Option<()> {
    let text = item.text()?;
    if text.eq_ignore_ascii_case("Bearer") {
        return Some(());
    }
    item.reject(format!("the scheme `{text}` is not available yet"), "write `\"Bearer\"`");
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

impl FromStr for Algorithm {
    type Err = BadAlgorithm;

    fn from_str(text: &str) -> Result<Self, BadAlgorithm> {
        match text {
            "HS256" => Ok(Algorithm::Hs256),
            _ if text.trim().eq_ignore_ascii_case("none") => Err(BadAlgorithm::Unsigned(text.to_owned())),
            _ if LATER_ALGORITHMS.contains(&text) => Err(BadAlgorithm::Later(text.to_owned())),
            _ => Err(BadAlgorithm::Unknown(text.to_owned())),
        }
    }
}

impl BadAlgorithm {
    fn remedy(&self) -> String {
        match self {
            Self::Unknown(text) => match nearest::among(text, ["HS256"]) {
                Some(meant) => format!("did you mean `\"{meant}\"`?"),
                None => "write `\"HS256\"`, the only one for now".to_owned(),
            },
            Self::Unsigned(_) | Self::Later(_) => "write `\"HS256\"`, the only one for now".to_owned(),
        }
    }
}

impl FromStr for SubjectRule {
    type Err = BadSubjectRule;

    fn from_str(text: &str) -> Result<Self, BadSubjectRule> {
        let (claim, kind) = match text.split_once(':') {
            Some((claim, kind)) if !claim.is_empty() => (claim, kind),
            _ => return Err(BadSubjectRule::Shape(text.to_owned())),
        };
        let kind = match kind {
            "int" => SubjectKind::Int,
            "uuid" => SubjectKind::Uuid,
            "text" => SubjectKind::Text,
            _ if kind.starts_with("lookup(") => return Err(BadSubjectRule::Lookup),
            _ => return Err(BadSubjectRule::Kind(kind.to_owned())),
        };
        Ok(Self { claim: claim.to_owned(), kind })
    }
}

impl fmt::Display for SubjectKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            SubjectKind::Int => "int",
            SubjectKind::Uuid => "uuid",
            SubjectKind::Text => "text",
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Algorithm::Hs256 => formatter.write_str("HS256"),
        }
    }
}
