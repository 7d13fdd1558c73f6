//! The JSON inside a token, read strictly: what two readers could understand differently is refused.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::Value;

use super::BadToken;

/// More than any token has; whoever sends one decides how long reading it takes.
const MOST: usize = 256;

/// The members of a token's header or claims, each at most once.
#[derive(Debug)]
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    /// Refuses what is not exactly one JSON object with distinct names.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// From a part of a token: nothing where it is no such object.
    pub(super) fn decode(part: &str) -> Result<Option<Self>, BadToken> {
        let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| BadToken::Malformed)?;
        Ok(Self::parse(&json))
    }

    pub(super) fn find(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.find(name)?.as_str()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    fn date(&self, name: &str) -> Result<Option<f64>, BadToken> {
        self.find(name).map(|value| value.as_f64().and_then(in_range).ok_or(BadToken::Claims)).transpose()
    }
}

/// The moments that a token names, each where it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dates {
    pub(super) expires: Option<f64>,
    pub(super) not_before: Option<f64>,
    pub(super) issued: Option<f64>,
}

impl Dates {
    /// `lenient`: an expiry that is written as text, which PyJWT takes as well.
    pub(super) fn of(claims: &Members, lenient: bool) -> Result<Self, BadToken> {
        let expires = match claims.find("exp") {
            Some(Value::String(text)) if lenient => {
                Some(whole(text).and_then(in_range).ok_or(BadToken::Claims)?)
            }
            _ => claims.date("exp")?,
        };
        Ok(Self { expires, not_before: claims.date("nbf")?, issued: claims.date("iat")? })
    }
}

/// A NumericDate (RFC 7519 section 2) that fits where time stamps are computed exactly.
fn in_range(seconds: f64) -> Option<f64> {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    (0.0..=LARGEST).contains(&seconds).then_some(seconds)
}

fn whole(text: &str) -> Option<f64> {
    let are_digits = (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| text.parse().ok())?
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Distinct)
    }
}

struct Distinct;

impl<'de> Visitor<'de> for Distinct {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object whose names are distinct")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::with_capacity(4);
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if members.len() == MOST {
                return Err(A::Error::custom("there are too many names"));
            }
            members.push((name, value));
        }
        // Sorted: comparing each with each takes seconds where there are many.
        let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(A::Error::custom("a name stands twice"));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_members_as_a_token_may_have_and_no_name_twice() {
        let object = |names: &[usize]| {
            let members: Vec<String> = names.iter().map(|name| format!("\"{name:05}\":0")).collect();
            format!("{{{}}}", members.join(","))
        };
        let many: Vec<usize> = (0..MOST).collect();
        assert_eq!(Members::parse(object(&many).as_bytes()).unwrap().count(), MOST);
        let more: Vec<usize> = (0..=MOST).collect();
        assert!(Members::parse(object(&more).as_bytes()).is_none());
        let mut twice = many;
        twice[MOST - 1] = 7;
        assert!(Members::parse(object(&twice).as_bytes()).is_none());
    }
}
