//! The signed header that tells the legacy who asks: good for one request to one path, and for a minute.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::auth::{Verified, issue::numeric_date, keys::CannotSign, keys::OwnKey};

const LIFETIME: Duration = Duration::from_mins(1);

/// What it is called, so that it can never stand where an access token should.
const KIND: &str = "gwid+jwt";
/// `aud`
const AUDIENCE: &str = "upstream";

/// The request that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'r> {
    pub method: &'r str,
    /// Path and query, as they are sent on.
    pub target: &'r str,
}

pub(super) fn signed(
    key: &OwnKey,
    issuer: &str,
    token: &Verified,
    asked: Asked<'_>,
) -> Result<String, CannotSign> {
    let now = numeric_date(SystemTime::now());
    let header = json!({ "alg": key.algorithm().name(), "typ": KIND, "kid": key.kid() });
    let claims = json!({
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": token.subject.to_string(),
        "sid": token.session.map(|session| session.to_string()),
        "iat": now,
        "exp": now + LIFETIME.as_secs(),
        "roles": token.roles,
        "scope": token.scopes.join(" "),
        "method": asked.method,
        "target_sha256": URL_SAFE_NO_PAD.encode(Sha256::digest(asked.target)),
    });
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(message.as_bytes())?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
