//! Words that say nothing about anybody: what APIs call their states, sort orders, kinds and errors.

use std::{collections::HashSet, sync::LazyLock};

static WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

/// Codes of languages and currencies, methods and the like, whose case counts.
static CODES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "en de fr es it pt nl pl ru ja zh ko en-US en-GB de-DE fr-FR es-ES EUR USD GBP CHF JPY UTC GMT GET POST PUT PATCH \
     DELETE HEAD OPTIONS HTTP JSON XML CSV PDF URL URI API JWT ID OK oauth2 HS256 HS384 HS512 RS256 ES256 EdDSA AND OR NOT"
        .split_whitespace()
        .collect()
});

/// What FastAPI calls its schemes in an OpenAPI document; `HTTPBearer` is short enough to be no token.
const SCHEMES: &[&str] = &["OAuth2PasswordBearer", "OAuth2AuthorizationCodeBearer", "OpenIdConnect"];

/// Which only the framework spells so.
pub(super) fn is_code(text: &str) -> bool {
    CODES.contains(text) || SCHEMES.contains(&text)
}

/// `open`, `Open`, `OPEN`, `created_at`, `-created_at`, `in-progress`.
pub(super) fn is_one(text: &str) -> bool {
    if is_code(text) {
        return true;
    }
    if text.len() > 40 || !text.is_ascii() {
        return false;
    }
    let mut parts = text.split(['_', '-', '.', ',', ':', '/']).filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(is_word)
}

/// A sentence of nothing but such words: `Not enough permissions`.
pub(super) fn is_sentence(text: &str) -> bool {
    text.len() <= 300
        && text.split_whitespace().all(|word| {
            let word = word.trim_matches(|mark: char| mark.is_ascii_punctuation());
            word.is_empty()
                || is_one(word)
                || word.bytes().all(|byte| byte.is_ascii_digit()) && word.len() < 6
        })
}

fn is_word(part: &str) -> bool {
    let is_cased = part.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
        || part.bytes().all(|byte| byte.is_ascii_uppercase());
    is_cased && WORDS.contains(part.to_ascii_lowercase().as_str())
}
