//! A token in the shape of the legacy's own, under its secret: for a legacy that knows no other.

use std::time::{Duration, SystemTime};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::numeric_date;
use crate::{
    auth::Subject,
    config::Secret,
    contract::profile::{Algorithm, SubjectKind, TokenProfile},
};

/// What the gateway's own door refuses: such a token is of no use outside.
const BRIDGE: &str = "gwb";

/// How tokens of one profile are written; made once.
pub struct LegacyMint {
    header: String,
    key: hmac::Key,
    subject: String,
    kind: SubjectKind,
    issued_at: bool,
    not_before: bool,
    id: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum CannotMint {
    #[error("tokens of `{profile}` are signed with {algorithm}, whose private key only the legacy has")]
    NoSecret { profile: String, algorithm: Algorithm },
    #[error("tokens of `{profile}` need the claim `{claim}`, and nothing says what it should be")]
    Claim { profile: String, claim: String },
}

impl LegacyMint {
    pub fn new(profile: &TokenProfile, secret: &Secret) -> Result<Self, CannotMint> {
        let algorithm = match profile.algorithm {
            Algorithm::Hs256 => hmac::HMAC_SHA256,
            Algorithm::Hs384 => hmac::HMAC_SHA384,
            Algorithm::Hs512 => hmac::HMAC_SHA512,
            algorithm => {
                return Err(CannotMint::NoSecret { profile: profile.name.clone(), algorithm });
            }
        };
        let given =
            |claim: &str| claim == profile.subject.claim || matches!(claim, "exp" | "iat" | "nbf" | "jti");
        if let Some(claim) = profile.require.iter().find(|claim| !given(claim)) {
            return Err(CannotMint::Claim { profile: profile.name.clone(), claim: claim.clone() });
        }
        let required = |claim: &str| profile.require.iter().any(|required| required == claim);
        let header = format!(r#"{{"alg":"{}","typ":"JWT"}}"#, profile.algorithm);
        Ok(Self {
            header: URL_SAFE_NO_PAD.encode(header) + ".",
            key: hmac::Key::new(algorithm, secret.expose().as_bytes()),
            subject: profile.subject.claim.clone(),
            kind: profile.subject.kind.clone(),
            issued_at: required("iat"),
            not_before: required("nbf"),
            id: required("jti"),
        })
    }
}

/// Good for so long from now on; `bridge` marks it as one that only the legacy may be shown.
pub fn legacy_token(mint: &LegacyMint, subject: &Subject, lifetime: Duration, bridge: bool) -> String {
    let json = Value::Object(claims(mint, subject, lifetime, bridge, SystemTime::now())).to_string();
    let mut token = String::with_capacity(mint.header.len() + json.len() * 3 / 2 + 48);
    token.push_str(&mint.header);
    URL_SAFE_NO_PAD.encode_string(&json, &mut token);
    let signature = hmac::sign(&mint.key, token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
    token
}

fn claims(
    mint: &LegacyMint,
    subject: &Subject,
    lifetime: Duration,
    bridge: bool,
    now: SystemTime,
) -> Map<String, Value> {
    let now = numeric_date(now);
    let mut claims = Map::new();
    claims.insert("exp".to_owned(), now.saturating_add(lifetime.as_secs()).into());
    let is_number = mint.kind == SubjectKind::Int && mint.subject != "sub";
    let user = match subject {
        // PyJWT refuses a `sub` that is no text since 2.10; any other claim keeps its type.
        Subject::Int(id) if is_number => Value::from(*id),
        Subject::Int(_) | Subject::Uuid(_) | Subject::Text(_) => Value::from(subject.to_string()),
    };
    claims.insert(mint.subject.clone(), user);
    for (name, _) in [("iat", mint.issued_at), ("nbf", mint.not_before)].into_iter().filter(|(_, is)| *is) {
        claims.insert(name.to_owned(), now.into());
    }
    if mint.id {
        claims.insert("jti".to_owned(), uuid::Uuid::new_v4().to_string().into());
    }
    if bridge {
        claims.insert(BRIDGE.to_owned(), 1.into());
    }
    claims
}
