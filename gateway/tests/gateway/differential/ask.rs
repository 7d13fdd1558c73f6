//! One request, whoever answers it, and what is special about it.

use std::{collections::BTreeSet, io, sync::LazyLock};

use compat_tests::client::{Answer, Client};
use percent_encoding::percent_decode_str;
use regex::bytes::Regex;
use serde_json::{Value, json};

use crate::{
    house::{SECRET, bearer, signed},
    twin::random::Random,
};

#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// The key of the route that it is meant for.
    pub(super) route: String,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) token: Token,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// The types of the values that it is about.
    pub(super) types: Vec<&'static str>,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token {
    User(u32),
    None,
    Expired,
    Forged,
    Lasting,
    NotOurs(&'static str),
}

static NOT_FINITE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("NaN|Infinity|[0-9][eE][+]?[0-9]{3}|[0-9]{300}").unwrap());
static SURROGATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\\ud[89a-f]|(?-u:\xed[\xa0-\xbf])").unwrap());

/// Of the sample; the third is inactive, the last is nobody.
const USERS: [u32; 5] = [1, 2, 4, 3, 999];

const ODD: [&str; 7] = ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Token x", "Bearer  x y"];

impl Token {
    /// Mostly somebody, and mostly one with rows.
    pub(super) fn random(random: &mut Random) -> Self {
        match random.below(40) {
            0 => Self::None,
            1 => Self::Expired,
            2 => Self::Forged,
            3 => Self::Lasting,
            4 => Self::NotOurs(ODD[random.below(ODD.len())]),
            5 => Self::User(USERS[3]),
            6 => Self::User(USERS[4]),
            7..12 => Self::User(USERS[2]),
            12..18 => Self::User(USERS[1]),
            _ => Self::User(USERS[0]),
        }
    }

    fn authorization(self) -> Option<String> {
        let ends = 4_000_000_000_u32;
        let token = match self {
            Self::User(user) => signed(&json!({ "sub": user.to_string(), "exp": ends }), SECRET),
            Self::Expired => signed(&json!({ "sub": "1", "exp": 1_000_000_000 }), SECRET),
            Self::Forged => {
                signed(&json!({ "sub": "1", "exp": ends }), "another secret, as long as the real one")
            }
            Self::Lasting => signed(&json!({ "sub": "1" }), SECRET),
            Self::NotOurs(header) => return Some(header.to_owned()),
            Self::None => return None,
        };
        Some(bearer(&token))
    }

    fn is_good(self) -> bool {
        matches!(self, Self::User(user) if user < 999 && user != 3)
    }
}

impl Ask {
    pub(super) fn header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// What an allowed difference may depend on.
    pub(super) fn traits(&self) -> BTreeSet<&'static str> {
        // UTF-16 has zeros between the letters.
        let narrow: Vec<u8> = self.body.iter().copied().filter(|byte| *byte != 0).collect();
        let is_json = serde_json::from_slice::<Value>(&self.body).is_ok();
        let path = self.target.split('?').next().unwrap_or_default();
        let path: Vec<u8> = percent_decode_str(path).collect();
        let found = [
            ("bad-token", !self.token.is_good()),
            ("unreadable-body", !self.body.is_empty() && !is_json),
            ("not-finite", NOT_FINITE.is_match(&narrow)),
            ("lone-surrogate", !is_json && SURROGATE.is_match(&narrow)),
            ("no-text", str::from_utf8(&self.body).is_err()),
            ("control-in-path", path.iter().any(u8::is_ascii_control)),
        ];
        found.into_iter().filter_map(|(name, is_so)| is_so.then_some(name)).collect()
    }

    pub(super) async fn send(&self, client: &mut Client) -> io::Result<Answer> {
        let authorization = self.token.authorization();
        let mut headers = vec![("host", "api.example.com")];
        headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
        headers.extend(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        client.request(&self.method, &self.target, &headers, &self.body).await
    }
}
