//! The token a request presents, or why there is none: FastAPI's own reading of `Authorization`.
//!
//! Source: `fastapi/security/utils.py` (`get_authorization_scheme_param`): the scheme in any case, then anything
//! after the first space, stripped.

use std::fmt;

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

use super::{BadToken, TokenProblem};

/// Longer than any token that FastAPI projects issue; checked before anything is parsed.
pub(super) const LONGEST: usize = 8192;

/// The words before a token that are taken: those of the profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schemes(Vec<String>);

/// A JWS in compact form, not yet verified.
#[derive(PartialEq, Eq)]
pub struct Presented<'a> {
    pub(super) scheme: &'a str,
    pub(super) whole: &'a str,
    /// Header and claims with the dot between them: what the signature covers.
    pub(super) signed: &'a str,
    pub(super) header: &'a str,
    pub(super) claims: &'a str,
    pub(super) signature: &'a str,
}

impl Schemes {
    pub(super) fn of<'p>(words: impl IntoIterator<Item = &'p str>) -> Self {
        let mut schemes: Vec<String> = Vec::new();
        for word in words {
            if !schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case(word)) {
                schemes.push(word.to_owned());
            }
        }
        if schemes.is_empty() {
            schemes.push("Bearer".to_owned());
        }
        Self(schemes)
    }

    /// Of a token that stands without any.
    pub fn usual(&self) -> &str {
        self.0.first().map_or("Bearer", String::as_str)
    }

    /// Each of them.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    fn has(&self, word: &str) -> bool {
        self.0.iter().any(|scheme| scheme.eq_ignore_ascii_case(word))
    }
}

impl<'a> Presented<'a> {
    pub fn of(
        headers: &'a HeaderMap,
        schemes: &Schemes,
        empty_is_missing: bool,
    ) -> Result<Self, TokenProblem> {
        let mut values = headers.get_all(AUTHORIZATION).into_iter();
        let value = values.next().ok_or(TokenProblem::Missing)?;
        if values.next().is_some() {
            // Which of two tokens counts depends on the reader, so neither does.
            return Err(BadToken::Twice.into());
        }
        Self::of_value(value, schemes, empty_is_missing)
    }

    /// Of one of several headers, perhaps.
    pub fn of_value(
        value: &'a HeaderValue,
        schemes: &Schemes,
        empty_is_missing: bool,
    ) -> Result<Self, TokenProblem> {
        if value.len() > LONGEST {
            return Err(BadToken::Malformed.into());
        }
        let text = value.to_str().map_err(|_| BadToken::Malformed)?;
        if text.is_empty() {
            return Err(TokenProblem::Missing);
        }
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        let token = token.trim_matches([' ', '\t']);
        // `HTTPBearer` looks at the credentials first, whatever the scheme.
        if token.is_empty() && empty_is_missing {
            return Err(TokenProblem::Missing);
        }
        if !schemes.has(scheme) {
            return Err(TokenProblem::WrongScheme);
        }
        Self::parse(scheme, token).ok_or_else(|| BadToken::Malformed.into())
    }

    /// A token that stands by itself, read as if this word came before it.
    pub fn alone(scheme: &'a str, token: &'a str) -> Result<Self, TokenProblem> {
        if token.len() > LONGEST {
            return Err(BadToken::Malformed.into());
        }
        Self::parse(scheme, token).ok_or_else(|| BadToken::Malformed.into())
    }

    /// Three parts of base64url and nothing else.
    fn parse(scheme: &'a str, whole: &'a str) -> Option<Self> {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if !whole.bytes().all(legal) {
            return None;
        }
        let (signed, signature) = whole.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let is_three = !claims.contains('.');
        is_three.then_some(Self { scheme, whole, signed, header, claims, signature })
    }
}

/// Whoever reads it can use it.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Presented").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[&str], empty_is_missing: bool, expected: &str) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).expect("a legal value"));
        }
        let seen = match Presented::of(&headers, &Schemes::of(["Bearer", "Token"]), empty_is_missing) {
            Ok(token) => format!("{} {} {}", token.header, token.claims, token.signature),
            Err(problem) => problem.name().to_owned(),
        };
        assert_eq!(seen, expected, "{values:?}");
    }

    #[test]
    fn authorization_is_read_as_fastapi_reads_it() {
        for good in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c", "Bearer a.b.c ", "tOKEN a.b.c"] {
            check(&[good], false, "a b c");
        }
        check(&[], false, "missing");
        check(&[""], false, "missing");
        for other in ["Basic a.b.c", "a.b.c", "Bearer\ta.b.c", "Bearera.b.c", "Tokens a.b.c", "DPoP a.b.c"] {
            check(&[other], false, "wrong_scheme");
        }
        check(&["Bearer"], false, "malformed");
        check(&["Bearer "], false, "malformed");
        for empty in ["Bearer ", "Basic", "a.b.c"] {
            check(&[empty], true, "missing");
        }
        check(&["Basic x"], true, "wrong_scheme");
        check(&["Bearer a.b.c", "Bearer a.b.c"], false, "twice");
    }

    #[test]
    fn a_token_is_not_written_into_a_log() {
        let presented = Presented::alone("Bearer", "head.claims.sign").expect("a token");
        assert_eq!(format!("{presented:?}"), "Presented { scheme: \"Bearer\", .. }");
    }

    #[test]
    fn only_three_parts_of_base64url_are_a_token() {
        for bad in ["a.b", "a.b.c.d", "a b.c.d", "a.b.c=", "a.b.c,a.b.c", "%61.b.c", "a.b.c\u{e9}"] {
            check(&[&format!("Bearer {bad}")], false, "malformed");
        }
        check(&[&format!("Bearer {}.b.c", "a".repeat(LONGEST))], false, "malformed");
    }

    #[test]
    fn the_longest_token_is_read_and_one_byte_more_is_not() {
        let schemes = Schemes::of([]);
        let token = |length: usize| format!("a.b.{}", "c".repeat(length - 4));
        let (fits, is_too_long) = (token(LONGEST), token(LONGEST + 1));
        assert!(Presented::alone(schemes.usual(), &fits).is_ok());
        assert!(Presented::alone(schemes.usual(), &is_too_long).is_err());
        for (more, is_read) in [(0, true), (1, false)] {
            let value = format!("Bearer {}", token(LONGEST + more - "Bearer ".len()));
            let value = HeaderValue::from_str(&value).expect("a legal value");
            assert_eq!(Presented::of_value(&value, &schemes, false).is_ok(), is_read, "{more}");
        }
    }

    #[test]
    fn a_token_that_stands_alone_is_read_as_behind_the_first_word() {
        assert_eq!(Schemes::of([]).usual(), "Bearer");
        let schemes = Schemes::of(["Token", "Bearer"]);
        let Ok(token) = Presented::alone(schemes.usual(), "a.b.c") else { panic!("a token") };
        assert_eq!((token.scheme, token.whole, token.signed), ("Token", "a.b.c", "a.b"));
    }
}
