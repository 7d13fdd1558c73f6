//! The JSON inside a token, read strictly: what two readers could understand differently is refused.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::Value;

/// The members of a token's header or claims, each at most once.
#[derive(Debug)]
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    /// Refuses what is not exactly one JSON object with distinct names.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    pub(super) fn find(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A NumericDate (RFC 7519 section 2) that fits where time stamps are computed exactly.
    pub(super) fn date(&self, name: &str) -> Option<Result<f64, NotADate>> {
        const LARGEST: f64 = 9_007_199_254_740_992.0;
        self.find(name).map(|value| match value.as_f64() {
            Some(seconds) if (0.0..=LARGEST).contains(&seconds) => Ok(seconds),
            _ => Err(NotADate),
        })
    }
}

#[derive(Debug)]
pub(super) struct NotADate;

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
            if members.iter().any(|(found, _)| *found == name) {
                return Err(A::Error::custom("a name stands twice"));
            }
            members.push((name, value));
        }
        Ok(Members(members))
    }
}
