//! What a client holds once it is logged in, read from the answer that gave it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tokio::time::Instant;

use crate::client::Answer;

#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) login: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    pub(super) access: String,
    pub(super) refresh: String,
    pub(super) session: String,
    /// Of the key that signed the access token.
    pub(super) key: String,
    pub(super) since: Instant,
}

/// Behind the version and the name of the secret.
const HANDLE_AND_GENERATION: std::ops::Range<usize> = 2..22;

impl Held {
    /// Nothing if these are no tokens of this user.
    pub(super) fn of(answer: &Answer, user: &User) -> Option<Self> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let access = text(&body["access_token"])?;
        let (header, claims) = (part(&access, 0)?, part(&access, 1)?);
        let is_theirs = claims["sub"].as_str()?.parse() == Ok(user.id);
        let held = Self {
            refresh: text(&body["refresh_token"])?,
            session: text(&claims["sid"])?,
            key: text(&header["kid"])?,
            access,
            since: Instant::now(),
        };
        is_theirs.then_some(held)
    }

    /// Which session, in which generation: the secret that the rest was made with may be a new one.
    pub(super) fn successor(&self) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(self.refresh.strip_prefix("rt1.")?).ok()?;
        Some(bytes.get(HANDLE_AND_GENERATION)?.to_vec())
    }

    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.access)
    }
}

fn part(token: &str, number: usize) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(number)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}
