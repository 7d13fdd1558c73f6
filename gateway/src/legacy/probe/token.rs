//! Tokens that no legacy may accept: what its refusals are learned from.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

pub(super) const GARBAGE: &str = "not-a-token";

pub(super) struct Forged {
    pub(super) unsigned: String,
    pub(super) expired: String,
    /// Signed with a key that nobody has.
    pub(super) forged: String,
}

impl Forged {
    pub(super) fn new() -> Self {
        crate::auth::install_provider();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
        let claims = |expires: u64| json!({ "sub": "0", "exp": expires });
        let key = EncodingKey::from_secret(uuid::Uuid::new_v4().as_bytes());
        let signed = |expires: u64| {
            encode(&Header::new(Algorithm::HS256), &claims(expires), &key)
                .unwrap_or_else(|_| GARBAGE.to_owned())
        };
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = json!({ "alg": "none", "typ": "JWT" });
        Self {
            unsigned: format!("{}.{}.", part(&head), part(&claims(now + 3600))),
            expired: signed(now.saturating_sub(3600)),
            forged: signed(now + 3600),
        }
    }
}
