//! A token in the making: members of its header and claims as text, so that they can stand twice or be of any type.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Choices;

#[derive(Clone)]
pub(super) struct Forgery {
    pub(super) header: Members,
    pub(super) claims: Members,
}

/// Names and values as they are written, with their quotes.
#[derive(Clone)]
pub(super) struct Members(Vec<(String, String)>);

/// Everything that means something to some reader of tokens, and spellings of it.
const NAMES: [&str; 30] = [
    "alg",
    "typ",
    "kid",
    "crit",
    "b64",
    "zip",
    "enc",
    "cty",
    "jku",
    "jwk",
    "x5u",
    "x5c",
    "sub",
    "exp",
    "iat",
    "nbf",
    "iss",
    "aud",
    "sid",
    "jti",
    "rg",
    "roles",
    "scope",
    "gwb",
    "Exp",
    "SUB",
    "\\u0073ub",
    "\\u0065xp",
    "\\u0061lg",
    "",
];

const VALUES: [&str; 33] = [
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "7",
    "8",
    "7.0",
    "7e0",
    "4102444800",
    "1800000060",
    "1800000600",
    "1e9",
    "1e300",
    "-0",
    "18446744073709551616",
    "9007199254740993",
    "\"7\"",
    "\"8\"",
    "\" 7\"",
    "\"07\"",
    "\"\"",
    "\"4102444800\"",
    "\"none\"",
    "\"HS256\"",
    "\"ES256\"",
    "\"at+jwt\"",
    "\"JWT\"",
    "\"api\"",
    "[]",
    "[\"api\",\"7\"]",
    "{\"sub\":\"8\"}",
];

impl Members {
    pub(super) fn of(members: &[(&str, String)]) -> Self {
        Self(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    pub(super) fn written(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }

    /// One is added, taken away, given another value or name, doubled, or put elsewhere.
    fn change(&mut self, choices: &mut Choices<'_>) {
        let name = choices.of_these(&NAMES).to_owned();
        let value = choices.of_these(&VALUES).to_owned();
        let place = choices.below(self.0.len() + 1);
        if place == self.0.len() {
            return self.0.push((name, value));
        }
        match choices.below(6) {
            0 => self.0.insert(place, (name, value)),
            1 => drop(self.0.remove(place)),
            2 => self.0[place].1 = value,
            3 => self.0[place].0 = name,
            4 => self.0.insert(0, (self.0[place].0.clone(), value)),
            _ => {
                let member = self.0.remove(place);
                self.0.push(member);
            }
        }
    }
}

impl Forgery {
    /// One to four changes.
    pub(super) fn change(&mut self, choices: &mut Choices<'_>) {
        for _ in 0..=choices.below(4) {
            match choices.below(3) {
                0 => self.header.change(choices),
                _ => self.claims.change(choices),
            }
        }
    }

    /// What a signature is over.
    pub(super) fn message(&self) -> String {
        let [header, claims] =
            [&self.header, &self.claims].map(|part| URL_SAFE_NO_PAD.encode(part.written()));
        format!("{header}.{claims}")
    }
}

pub(super) fn joined(message: &str, signature: &[u8]) -> String {
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
