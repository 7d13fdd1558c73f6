//! The text of a template, and of where its salt stands.

use std::str::FromStr;

use super::{Algorithm, Salt, Template, Term};

/// Deeper than any that was ever in use.
const DEEPEST: usize = 8;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadTemplate {
    #[error(
        "`{0}` is neither `password`, `salt` nor one of md5(), sha1(), sha256(), sha512(), hex(), base64()"
    )]
    Unknown(String),
    #[error("a parenthesis or a `+` stands where it ends nothing")]
    Syntax,
    #[error("it goes {DEEPEST} levels deep")]
    TooDeep,
    #[error("it does not use the password")]
    WithoutPassword,
    #[error("it stores the password itself")]
    Plain,
    #[error("`{0}` does not say where the salt stands")]
    Salt(String),
}

impl FromStr for Template {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        let bare: String = text.chars().filter(|character| *character != ' ').collect();
        let root = sum(&bare, DEEPEST)?;
        if !root.uses_password() {
            return Err(BadTemplate::WithoutPassword);
        }
        if root.shows_password() {
            return Err(BadTemplate::Plain);
        }
        Ok(Self { root })
    }
}

fn sum(text: &str, deepest: usize) -> Result<Term, BadTemplate> {
    if deepest == 0 {
        return Err(BadTemplate::TooDeep);
    }
    let mut terms =
        parts(text)?.into_iter().map(|part| term(part, deepest)).collect::<Result<Vec<_>, _>>()?;
    match terms.len() {
        1 => terms.pop().ok_or(BadTemplate::Syntax),
        _ => Ok(Term::Joined(terms)),
    }
}

/// What stands between the `+` that are in no parentheses.
fn parts(text: &str) -> Result<Vec<&str>, BadTemplate> {
    let (mut open, mut start, mut parts) = (0_u32, 0, Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '(' => open += 1,
            ')' => open = open.checked_sub(1).ok_or(BadTemplate::Syntax)?,
            '+' if open == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    if open > 0 || parts.iter().any(|part| part.is_empty()) {
        return Err(BadTemplate::Syntax);
    }
    Ok(parts)
}

fn term(text: &str, deepest: usize) -> Result<Term, BadTemplate> {
    let unknown = || BadTemplate::Unknown(text.to_owned());
    let Some((name, rest)) = text.split_once('(') else {
        return match text {
            "password" => Ok(Term::Password),
            "salt" => Ok(Term::Salt),
            _ => Err(unknown()),
        };
    };
    let inner = || Ok(Box::new(sum(rest.strip_suffix(')').ok_or(BadTemplate::Syntax)?, deepest - 1)?));
    let digest = |algorithm| Ok(Term::Digest(algorithm, inner()?));
    match name {
        "md5" => digest(Algorithm::Md5),
        "sha1" => digest(Algorithm::Sha1),
        "sha256" => digest(Algorithm::Sha256),
        "sha512" => digest(Algorithm::Sha512),
        "hex" => Ok(Term::Hex(inner()?)),
        "base64" => Ok(Term::Base64(inner()?)),
        _ => Err(unknown()),
    }
}

impl FromStr for Salt {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        let bad = || BadTemplate::Salt(text.to_owned());
        let (place, what) = text.split_once(':').ok_or_else(bad)?;
        let mut characters = what.chars();
        let only = characters.next().filter(|_| characters.next().is_none());
        match (place, only) {
            ("column", _) if !what.is_empty() => Ok(Self::Column(what.to_owned())),
            ("before", Some(by)) => Ok(Self::Before(by)),
            ("after", Some(by)) => Ok(Self::After(by)),
            _ => Err(bad()),
        }
    }
}
