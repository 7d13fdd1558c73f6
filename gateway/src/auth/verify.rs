//! Decides whether a token is the legacy's own and still good. A pure function of token, clock and keys.
//!
//! The crate checks signatures only: what a header or a claim may say is decided here, because it accepts `crit`,
//! any `typ`, and odd claim shapes. The order is fixed: shape, header, signature, claims.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{BadToken, IssuedBy, Presented, Principal, Subject, TokenProblem, Verified, claims::Members};
use crate::{
    config::Secret,
    contract::profile::{self, SubjectKind, TokenProfile},
};

/// Header parameters that change what a token means, or where its key is; none of them is ever honoured.
const FORBIDDEN: [&str; 10] = ["crit", "b64", "zip", "enc", "cty", "jku", "jwk", "x5u", "x5c", "kid"];

/// Verifies the tokens of the profiles, each with exactly one algorithm.
pub struct Verifier {
    profiles: Vec<(TokenProfile, DecodingKey)>,
}

/// Both crypto backends or none compiled in makes the crate panic on first use: settled before serving.
pub fn install_provider() {
    // Fails only when a provider is installed already, which is then the same one.
    let _ = crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

impl Verifier {
    pub fn new(profiles: &[TokenProfile], secret: Option<&Secret>) -> Self {
        let key = secret.map(|secret| DecodingKey::from_secret(secret.expose().as_bytes()));
        let profiles = key
            .map(|key| profiles.iter().map(|profile| (profile.clone(), key.clone())).collect())
            .unwrap_or_default();
        Self { profiles }
    }

    pub fn verify(&self, token: &Presented<'_>) -> Result<Principal, TokenProblem> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |now| now.as_secs_f64());
        self.verify_at(token, now).map_err(TokenProblem::Bad)
    }

    fn verify_at(&self, token: &Presented<'_>, now: f64) -> Result<Principal, BadToken> {
        let algorithm = header_algorithm(token.header)?;
        // With several profiles of one algorithm the first whose claims fit decides; the signature is the same.
        let mut problem = BadToken::Algorithm;
        for (place, (profile, key)) in self.profiles.iter().enumerate() {
            if jws_name(profile.algorithm) != algorithm {
                continue;
            }
            match verify_with(profile, key, token, now) {
                Ok(claims) => {
                    let digest = Sha256::digest(token.signed.as_bytes()).into();
                    let verified = Verified { digest: Some(digest), ..accepted(place, profile, &claims)? };
                    return Ok(Principal::of(Arc::new(verified)));
                }
                Err(found) => problem = found,
            }
        }
        Err(problem)
    }
}

/// The name a token must carry, exactly (RFC 7518 section 3.1).
fn jws_name(algorithm: profile::Algorithm) -> &'static str {
    match algorithm {
        profile::Algorithm::Hs256 => "HS256",
    }
}

fn header_algorithm(header: &str) -> Result<String, BadToken> {
    let json = URL_SAFE_NO_PAD.decode(header).map_err(|_| BadToken::Malformed)?;
    let members = Members::parse(&json).ok_or(BadToken::Header)?;
    if FORBIDDEN.iter().any(|name| members.contains(name)) {
        return Err(BadToken::Header);
    }
    match members.find("typ") {
        None => {}
        Some(Value::String(typ)) if typ.eq_ignore_ascii_case("JWT") => {}
        Some(_) => return Err(BadToken::Header),
    }
    match members.find("alg") {
        Some(Value::String(algorithm)) => Ok(algorithm.clone()),
        _ => Err(BadToken::Algorithm),
    }
}

fn verify_with(
    profile: &TokenProfile,
    key: &DecodingKey,
    token: &Presented<'_>,
    now: f64,
) -> Result<Members, BadToken> {
    let algorithm = match profile.algorithm {
        profile::Algorithm::Hs256 => Algorithm::HS256,
    };
    match crypto::verify(token.signature, token.signed.as_bytes(), key, algorithm) {
        Ok(true) => {}
        Ok(false) | Err(_) => return Err(BadToken::Signature),
    }
    let json = URL_SAFE_NO_PAD.decode(token.claims).map_err(|_| BadToken::Malformed)?;
    let claims = Members::parse(&json).ok_or(BadToken::Claims)?;
    check_claims(profile, &claims, now)?;
    Ok(claims)
}

fn accepted(place: usize, profile: &TokenProfile, claims: &Members) -> Result<Verified, BadToken> {
    let subject = claims.find(&profile.subject.claim).ok_or(BadToken::Subject)?;
    let subject = subject_of(subject, profile.subject.kind).ok_or(BadToken::Subject)?;
    let date = |name| match claims.date(name) {
        Some(Ok(seconds)) => UNIX_EPOCH.checked_add(Duration::from_secs_f64(seconds)),
        Some(Err(_)) | None => None,
    };
    let expires_at = date("exp");
    let derived = || expires_at?.checked_sub(profile.lifetime?);
    Ok(Verified {
        subject,
        issued_by: IssuedBy::Legacy(place),
        session: None,
        generation: None,
        issued_at: date("iat").or_else(derived),
        expires_at,
        digest: None,
        scopes: Vec::new(),
        roles: Vec::new(),
    })
}

/// As PyJWT checks them: expiry and start with leeway, and an audience that nobody asked for is refused.
fn check_claims(profile: &TokenProfile, claims: &Members, now: f64) -> Result<(), BadToken> {
    let absent = |name: &String| claims.find(name).is_none_or(Value::is_null);
    if profile.require.iter().any(absent) || claims.find("aud").is_some_and(|aud| !aud.is_null()) {
        return Err(BadToken::Claims);
    }
    let leeway = profile.leeway.as_secs_f64();
    let date = |name| claims.date(name).transpose().map_err(|_| BadToken::Claims);
    if date("exp")?.is_some_and(|expires| expires.floor() <= now - leeway) {
        return Err(BadToken::Expired);
    }
    for name in ["nbf", "iat"] {
        if date(name)?.is_some_and(|start| start.floor() > now + leeway) {
            return Err(BadToken::NotYet);
        }
    }
    Ok(())
}

/// One spelling for each user: what is not canonical is not an id.
fn subject_of(value: &Value, kind: SubjectKind) -> Option<Subject> {
    match kind {
        SubjectKind::Int => {
            let id = match value {
                Value::Number(number) => number.as_i64()?,
                Value::String(text) => {
                    let id: i64 = text.parse().ok()?;
                    (id.to_string() == *text).then_some(id)?
                }
                _ => return None,
            };
            Some(Subject::Int(id))
        }
        SubjectKind::Uuid => {
            let text = value.as_str()?;
            let id: uuid::Uuid = text.parse().ok()?;
            let canonical = text.eq_ignore_ascii_case(&id.hyphenated().to_string());
            canonical.then_some(Subject::Uuid(id))
        }
        SubjectKind::Text => {
            let text = value.as_str()?;
            (!text.is_empty() && !text.contains('\0')).then(|| Subject::Text(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests;
