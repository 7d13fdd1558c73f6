//! A token that the legacy has issued, read for what it says. It is a secret: nothing shows it.

use std::fmt;

use serde_json::Value;

use crate::auth::{BadToken, Presented, claims::Members};

pub struct SampleToken {
    /// The word before it, where it was given with one.
    pub(super) scheme: Option<String>,
    whole: String,
    header: Members,
    pub(super) claims: Members,
}

/// What is wrong with it, told without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSample {
    #[error("is empty")]
    Empty,
    #[error("is no token: it has a space in it, or is longer than 8 KiB")]
    Shape,
    #[error("is no JWT: of a token that is not three parts of base64url nothing can be learned")]
    NoJwt,
    #[error("is no JWT: its header or its claims are not one JSON object in which each name stands once")]
    NoObject,
}

impl SampleToken {
    /// `Bearer eyJ...`, or the token alone.
    pub fn read(text: &str) -> Result<Self, BadSample> {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let (scheme, whole) = match words.as_slice() {
            [] => return Err(BadSample::Empty),
            [whole] => (None, *whole),
            [scheme, whole] => (Some((*scheme).to_owned()), *whole),
            _ => return Err(BadSample::Shape),
        };
        if whole.len() > 8192 {
            return Err(BadSample::Shape);
        }
        let presented = Presented::alone("Bearer", whole).map_err(|_| BadSample::NoJwt)?;
        let part = |text: &str| match Members::decode(text) {
            Ok(Some(members)) => Ok(members),
            Ok(None) => Err(BadSample::NoObject),
            Err(BadToken::Malformed) => Err(BadSample::NoJwt),
            Err(_) => Err(BadSample::NoObject),
        };
        let (header, claims) = (part(presented.header)?, part(presented.claims)?);
        Ok(Self { scheme, whole: whole.to_owned(), header, claims })
    }

    pub(super) fn scheme(&self) -> &str {
        self.scheme.as_deref().unwrap_or("Bearer")
    }

    pub(super) fn algorithm(&self) -> Option<&str> {
        self.header.text("alg")
    }

    pub(super) fn kid(&self) -> Option<&str> {
        self.header.text("kid")
    }

    /// As the door sees it behind this word.
    pub(super) fn presented<'t>(&'t self, scheme: &'t str) -> Option<Presented<'t>> {
        Presented::alone(scheme, &self.whole).ok()
    }

    /// A claim that is one text or one whole number, as text.
    pub(super) fn scalar(&self, claim: &str) -> Option<String> {
        match self.claims.find(claim)? {
            Value::String(text) if !text.is_empty() && !text.contains('\0') => Some(text.clone()),
            Value::Number(number) => number.as_i64().map(|number| number.to_string()),
            _ => None,
        }
    }
}

impl fmt::Debug for SampleToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<token>")
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn what_is_no_token_is_told_without_it() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"HS256"}"#), part(r#"{"sub":7}"#));
        for (text, scheme) in [
            (token.clone(), "Bearer"),
            (format!("Token {token}\n"), "Token"),
            (format!("  {token}  "), "Bearer"),
        ] {
            let read = SampleToken::read(&text).unwrap();
            assert_eq!((read.scheme(), read.algorithm()), (scheme, Some("HS256")), "{text}");
            assert_eq!(read.scalar("sub").as_deref(), Some("7"));
            assert_eq!(format!("{read:?}"), "<token>");
        }
        let twice = format!("{}.{}.c2ln", part(r#"{"alg":"HS256"}"#), part(r#"{"sub":7,"sub":8}"#));
        for (text, expected) in [
            ("", BadSample::Empty),
            ("a b c", BadSample::Shape),
            (&"a".repeat(9000), BadSample::Shape),
            ("opaque", BadSample::NoJwt),
            ("a.b.c.d.e", BadSample::NoJwt),
            (&twice, BadSample::NoObject),
        ] {
            assert_eq!(SampleToken::read(text).err(), Some(expected), "{text}");
        }
    }
}
