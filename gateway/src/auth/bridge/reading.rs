//! What a reader less strict than our door could take a credential for.
//!
//! Python's base64 passes over what is not of its alphabet, so a signature can be written in many ways and still be
//! good there. Header and claims cannot: they are what is signed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::auth::{claims::Members, verify::BRIDGE};

/// A credential that has the form of a signed token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// It says that it was made for the legacy's eyes only.
    pub is_marked: bool,
    /// It is written as no library writes it: the same token could be written in another way.
    pub is_crooked: bool,
}

impl Reading {
    /// Of the value of an `Authorization` header: a word, and then the token.
    pub fn of_header(value: &[u8]) -> Option<Self> {
        let token = value.iter().position(|byte| *byte == b' ').map_or(value, |space| &value[space..]);
        Self::of(token.trim_ascii())
    }

    /// Of a token that stands by itself.
    pub fn of(said: &[u8]) -> Option<Self> {
        let start = said.iter().position(|byte| is_legal(*byte))?;
        let end = said.iter().rposition(|byte| is_legal(*byte))? + 1;
        let token = &said[start..end];
        let signature = token.iter().rposition(|byte| *byte == b'.')?;
        let (signed, signature) = (&token[..signature], &token[signature + 1..]);
        let claims = signed.iter().position(|byte| *byte == b'.')?;
        let (header, claims) = (object(&signed[..claims])?, object(&signed[claims + 1..])?);
        header.find("alg")?;
        let is_crooked = token.len() != said.len() || URL_SAFE_NO_PAD.decode(signature).is_err();
        Some(Self { is_marked: claims.contains(BRIDGE), is_crooked })
    }
}

fn is_legal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn object(part: &[u8]) -> Option<Members> {
    Members::decode(std::str::from_utf8(part).ok()?).ok()?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        format!("{}.{}.c2lnbmF0dXJl", part(r#"{"alg":"HS256"}"#), part(claims))
    }

    fn check(value: &[u8], expected: Option<(bool, bool)>) {
        let expected = expected.map(|(is_marked, is_crooked)| Reading { is_marked, is_crooked });
        assert_eq!(Reading::of_header(value), expected, "{}", value.escape_ascii());
    }

    #[test]
    fn a_token_is_recognised_however_its_end_is_spelled() {
        let (plain, marked) = (token(r#"{"sub":"1"}"#), token(r#"{"sub":"1","gwb":1}"#));
        for (token, is_marked) in [(&plain, false), (&marked, true)] {
            for straight in [format!("Bearer {token}"), format!("bearer   {token}  "), token.clone()] {
                check(straight.as_bytes(), Some((is_marked, false)));
            }
            for end in ["=", "!", "\u{a0}", "==x", "A", ",x"] {
                check(format!("Bearer {token}{end}").as_bytes(), Some((is_marked, true)));
            }
            check(format!("Bearer \u{a0}{token}").as_bytes(), Some((is_marked, true)));
            let (signed, _) = token.rsplit_once('.').unwrap();
            // The last character has bits that do not count.
            check(format!("Bearer {signed}.c2lnbmF0dXJlcz").as_bytes(), Some((is_marked, true)));
            check(format!("Bearer {signed}.").as_bytes(), Some((is_marked, false)));
        }
    }

    #[test]
    fn what_no_key_has_signed_is_no_token() {
        for other in ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer 3f2a9c", "Bearer a.b.c", "Token x.y"] {
            check(other.as_bytes(), None);
        }
        let five = format!("Bearer {}.x.y", token("{}"));
        check(five.as_bytes(), None);
    }
}
