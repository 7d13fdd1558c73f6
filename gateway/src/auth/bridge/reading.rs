//! What a reader less strict than our door could take a credential for.
//!
//! Python's base64 passes over what is not of its alphabet, so a signature can be written in many ways and still be
//! good there. Header and claims cannot: they are what is signed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::auth::{bearer::LONGEST, claims::Members, verify::BRIDGE};

/// A credential that has the form of a signed token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// It says that it was made for the legacy's eyes only.
    pub is_marked: bool,
    /// It is written as no library writes it: the same token could be written in another way.
    pub is_crooked: bool,
}

impl Reading {
    /// Of the value of an `Authorization` header: a word, and then the token. Without a word it could still be read.
    pub fn of_header(value: &[u8]) -> Option<Self> {
        let space = value.iter().position(|byte| *byte == b' ').unwrap_or(0);
        let (word, token) = value.split_at(space);
        let is_word = word.iter().all(u8::is_ascii_graphic);
        Self::found(value, if is_word { token.trim_ascii() } else { b"" })
    }

    /// Of a token that stands by itself.
    pub fn of(said: &[u8]) -> Option<Self> {
        Self::found(said, said)
    }

    /// Wherever it stands: some reader cuts the value elsewhere. `straight` is where a library puts it.
    fn found(value: &[u8], straight: &[u8]) -> Option<Self> {
        let mut runs = value.split(|byte| !is_legal(*byte));
        if value.len() > LONGEST {
            // Nobody is let in by that. What it takes to read it is not to be had for the asking.
            let has_form = |run: &[u8]| run.iter().filter(|byte| **byte == b'.').count() >= 2;
            return runs.any(has_form).then_some(Self { is_marked: false, is_crooked: true });
        }
        let found = runs.flat_map(|run| Self::of_run(run, run == straight));
        found.reduce(|one, other| Self { is_marked: one.is_marked || other.is_marked, is_crooked: true })
    }

    fn of_run(run: &[u8], is_straight: bool) -> Vec<Self> {
        let parts: Vec<&[u8]> = run.split(|byte| *byte == b'.').collect();
        let is_straight = is_straight && parts.len() == 3 && URL_SAFE_NO_PAD.decode(parts[2]).is_ok();
        let signed = parts.windows(3).filter_map(|parts| {
            let (header, claims) = (object(parts[0])?, object(parts[1])?);
            header.find("alg")?;
            Some(Self { is_marked: claims.contains(BRIDGE), is_crooked: !is_straight })
        });
        signed.collect()
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
    }

    #[test]
    fn a_token_is_found_wherever_some_reader_may_look_for_it() {
        for (claims, is_marked) in [("{}", false), (r#"{"gwb":1}"#, true)] {
            let token = token(claims);
            for crooked in [
                format!("Bearer\t{token}"),
                format!("Bearer\u{a0}{token}"),
                format!("B\u{e9}arer {token}"),
                format!("Bearer x {token}"),
                format!("Bearer x, {token}"),
                format!("Token token={token}"),
                format!("Token token=\"{token}\", x"),
                format!("Bearer {token}.x.y"),
                format!("Bearer x.{token}"),
                format!("Bearer {token} {token}"),
            ] {
                check(crooked.as_bytes(), Some((is_marked, true)));
            }
            check(format!("JWT {token}").as_bytes(), Some((is_marked, false)));
            check(format!("Bearer, {token}").as_bytes(), Some((is_marked, false)));
        }
    }

    #[test]
    fn of_several_tokens_one_that_is_marked_is_enough() {
        let (plain, marked) = (token("{}"), token(r#"{"gwb":1}"#));
        check(format!("Bearer {plain} {marked}").as_bytes(), Some((true, true)));
        check(format!("Bearer {marked} {plain}").as_bytes(), Some((true, true)));
        check(format!("Bearer {plain} {plain}").as_bytes(), Some((false, true)));
    }

    #[test]
    fn a_token_may_stand_by_itself() {
        let token = token(r#"{"gwb":1}"#);
        let of = |said: &str| Reading::of(said.as_bytes()).map(|read| (read.is_marked, read.is_crooked));
        assert_eq!(of(&token), Some((true, false)));
        assert_eq!(of(&format!("{token}=")), Some((true, true)));
        assert_eq!(of("graphql-ws"), None);
    }

    #[test]
    fn what_is_too_long_to_be_read_is_crooked_by_its_form() {
        let token = token("{}");
        for (length, is_crooked) in [(LONGEST, false), (LONGEST + 1, true)] {
            let padded = format!("{:length$}", format!("Bearer {token}"));
            check(padded.as_bytes(), Some((false, is_crooked)));
        }
        let long = "A".repeat(LONGEST);
        check(format!("Bearer {long}.e30.AA").as_bytes(), Some((false, true)));
        check(format!("Negotiate {long}==").as_bytes(), None);
    }
}
