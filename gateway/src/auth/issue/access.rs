//! An access token of the gateway's own: claims and signature of RFC 9068, and what binds it to its session.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::numeric_date;
use crate::auth::{
    Subject,
    keys::{CannotSign, KeySet},
};

/// What a token says; the rest (`jti`, `iat`, `exp`) is decided when it is signed.
#[derive(Clone, Copy, Debug)]
pub struct AccessClaims<'c> {
    pub issuer: &'c str,
    pub audience: &'c str,
    pub subject: &'c Subject,
    /// `sid`
    pub session: Uuid,
    /// `rg`: of the refresh token that is handed out with it.
    pub generation: i32,
    pub lifetime: Duration,
    /// When the user last proved who they are: a refresh does not change it.
    pub authenticated_at: SystemTime,
    /// `amr`: how.
    pub methods: &'c [String],
    pub roles: &'c [String],
    pub scopes: &'c [String],
    /// What front ends that decode tokens look for. A name that has a meaning here is passed over.
    pub extra: &'c Map<String, Value>,
}

#[derive(Debug, thiserror::Error)]
pub enum CannotIssue {
    #[error("no key is active")]
    NoKey,
    #[error(transparent)]
    CannotSign(#[from] CannotSign),
    #[error("write the claims")]
    Claims(#[from] serde_json::Error),
}

/// Names that no extra claim may take: it could say something else than the gateway does. `gwb` marks what the legacy
/// alone is given, `gws` names the session of a token in its shape.
pub const RESERVED: [&str; 18] = [
    "iss",
    "aud",
    "sub",
    "sid",
    "rg",
    "jti",
    "iat",
    "nbf",
    "exp",
    "auth_time",
    "amr",
    "roles",
    "scope",
    "gwb",
    "gws",
    "typ",
    "cnf",
    "client_id",
];

/// Signed by the active key, for so long from now on.
pub fn access_token(keys: &KeySet, claims: &AccessClaims<'_>) -> Result<String, CannotIssue> {
    access_token_from(keys, claims, SystemTime::now())
}

/// From this moment on, which may be a little ahead of our own clock.
pub fn access_token_from(
    keys: &KeySet,
    claims: &AccessClaims<'_>,
    now: SystemTime,
) -> Result<String, CannotIssue> {
    let key = keys.signing().ok_or(CannotIssue::NoKey)?;
    let json = serde_json::to_vec(&Written { claims, now, id: Uuid::new_v4() })?;
    let mut token = String::with_capacity(key.header().len() + json.len() * 3 / 2 + 128);
    token.push_str(key.header());
    URL_SAFE_NO_PAD.encode_string(&json, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
    Ok(token)
}

struct Written<'c> {
    claims: &'c AccessClaims<'c>,
    now: SystemTime,
    id: Uuid,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let AccessClaims { issuer, audience, subject, session, generation, lifetime, .. } = self.claims;
        let AccessClaims { authenticated_at, methods, roles, scopes, extra, .. } = self.claims;
        let issued = numeric_date(self.now);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("iss", issuer)?;
        map.serialize_entry("aud", audience)?;
        map.serialize_entry("sub", &format_args!("{subject}"))?;
        map.serialize_entry("sid", &format_args!("{session}"))?;
        map.serialize_entry("rg", generation)?;
        map.serialize_entry("jti", &format_args!("{}", self.id))?;
        map.serialize_entry("iat", &issued)?;
        map.serialize_entry("exp", &issued.saturating_add(lifetime.as_secs()))?;
        map.serialize_entry("auth_time", &numeric_date(*authenticated_at))?;
        map.serialize_entry("amr", methods)?;
        if !roles.is_empty() {
            map.serialize_entry("roles", roles)?;
        }
        if !scopes.is_empty() {
            map.serialize_entry("scope", &scopes.join(" "))?;
        }
        for (name, value) in extra.iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use serde_json::json;

    use super::*;
    use crate::auth::keys::Keys;

    #[test]
    fn a_token_says_what_it_was_told_and_nothing_twice() {
        let keys = Keys::ephemeral().unwrap().current();
        let Value::Object(extra) = json!({ "user_id": 7, "sub": "8", "gwb": 1, "exp": 1, "username": "ada" })
        else {
            unreachable!()
        };
        let claims = AccessClaims {
            issuer: "https://api.example.com",
            audience: "api",
            subject: &Subject::Int(7),
            session: Uuid::nil(),
            generation: 3,
            lifetime: Duration::from_mins(10),
            authenticated_at: UNIX_EPOCH + Duration::from_secs(1_700_000_000),
            methods: &["pwd".to_owned()],
            roles: &["admin".to_owned()],
            scopes: &["read".to_owned(), "write".to_owned()],
            extra: &extra,
        };
        let now = UNIX_EPOCH + Duration::from_millis(1_800_000_000_900);
        let token = access_token_from(&keys, &claims, now).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let [header, body, signature] = parts[..] else { panic!("{token}") };
        let text = |part| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        let key = keys.signing().unwrap();
        let (header, body) = (text(header), text(body));
        assert_eq!(header, format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{}"}}"#, key.kid()));
        let jti = body.split("\"jti\":\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(Uuid::parse_str(jti).unwrap().get_version_num(), 4);
        assert_eq!(
            body.replace(jti, "*"),
            "{\"iss\":\"https://api.example.com\",\"aud\":\"api\",\"sub\":\"7\",\
             \"sid\":\"00000000-0000-0000-0000-000000000000\",\"rg\":3,\"jti\":\"*\",\"iat\":1800000000,\
             \"exp\":1800000600,\"auth_time\":1700000000,\"amr\":[\"pwd\"],\"roles\":[\"admin\"],\
             \"scope\":\"read write\",\"user_id\":7,\"username\":\"ada\"}"
        );
        let signed = token.rsplit_once('.').unwrap().0;
        assert!(key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()));
    }
}
