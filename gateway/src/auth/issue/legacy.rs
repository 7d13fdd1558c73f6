//! A token in the shape of the legacy's own, under its secret: for a legacy that knows no other, and where others than
//! the legacy verify tokens with its secret.

use std::time::{Duration, SystemTime};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{RESERVED, numeric_date};
use crate::{
    auth::{
        Subject,
        membership::{MEMBERSHIP, Membership},
        verify::BRIDGE,
    },
    config::Secret,
    contract::profile::{Algorithm, SubjectKind, TokenProfile},
};

/// What every mint can say without being told.
const OWN: [&str; 4] = ["exp", "iat", "nbf", "jti"];

/// How tokens of one profile are written; made once.
pub struct LegacyMint {
    header: String,
    key: hmac::Key,
    /// The claim that names the user, and whether its value is a number.
    subject: (String, bool),
    /// What every token of the profile says, with its value.
    constant: Vec<(String, Value)>,
    issued_at: bool,
    not_before: bool,
    id: bool,
}

/// For whose eyes a token is, and what it says because of that.
#[derive(Clone, Copy, Debug)]
pub enum Audience<'a> {
    /// The legacy's alone: our own door refuses it, so it is of no use outside.
    Legacy,
    Client {
        membership: Membership,
        /// `extra_claims`; what the shape itself says goes before.
        extra: &'a Map<String, Value>,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum CannotMint {
    #[error(
        "tokens of `{profile}` need the claim `{claim}`, and nothing says what it should be: take it out of `require`, or give its value in `equals`"
    )]
    Claim { profile: String, claim: String },
    #[error(
        "tokens of `{profile}` are signed with {algorithm}, of which the gateway has only the public key: only HS256, HS384 and HS512 can be written"
    )]
    Asymmetric { profile: String, algorithm: Algorithm },
}

impl LegacyMint {
    /// `extra`: the claims that every token is given beside those of its shape.
    pub fn new(profile: &TokenProfile, secret: &Secret, extra: &[&str]) -> Result<Self, CannotMint> {
        let algorithm = match profile.algorithm {
            Algorithm::Hs256 => hmac::HMAC_SHA256,
            Algorithm::Hs384 => hmac::HMAC_SHA384,
            Algorithm::Hs512 => hmac::HMAC_SHA512,
            algorithm => return Err(CannotMint::Asymmetric { profile: profile.name.clone(), algorithm }),
        };
        let text = |value: &String| Value::from(value.as_str());
        let mut constant: Vec<_> =
            profile.equals.iter().map(|(claim, value)| (claim.clone(), text(value))).collect();
        // As fastapi-users writes it; whoever verifies takes one of a list as well.
        if let Some(audience) = profile.audience.first() {
            constant.push(("aud".to_owned(), Value::Array(vec![text(audience)])));
        }
        constant.extend(profile.issuer.first().map(|issuer| ("iss".to_owned(), text(issuer))));
        constant.retain(|(claim, _)| *claim != profile.subject.claim && !OWN.contains(&claim.as_str()));
        let given = |claim: &str| {
            claim == profile.subject.claim
                || OWN.contains(&claim)
                || extra.contains(&claim)
                || constant.iter().any(|(constant, _)| constant == claim)
        };
        if let Some(claim) = profile.require.iter().find(|claim| !given(claim)) {
            return Err(CannotMint::Claim { profile: profile.name.clone(), claim: claim.clone() });
        }
        let required = |claim: &str| profile.require.iter().any(|required| required == claim);
        let mut header = serde_json::json!({ "alg": profile.algorithm.name(), "typ": "JWT" });
        if let Some(kid) = profile.keys.kids.first() {
            header["kid"] = text(kid);
        }
        // PyJWT refuses a `sub` that is no text since 2.10; any other claim keeps its type.
        let is_number = profile.subject.kind == SubjectKind::Int && profile.subject.claim != "sub";
        Ok(Self {
            header: URL_SAFE_NO_PAD.encode(header.to_string()) + ".",
            key: hmac::Key::new(algorithm, secret.expose().as_bytes()),
            subject: (profile.subject.claim.clone(), is_number),
            constant,
            issued_at: required("iat"),
            not_before: required("nbf"),
            id: required("jti"),
        })
    }
}

/// Good for so long from now on.
pub fn legacy_token(
    mint: &LegacyMint,
    subject: &Subject,
    lifetime: Duration,
    audience: Audience<'_>,
) -> String {
    let now = numeric_date(SystemTime::now());
    signed(mint, &Written { mint, subject, now, expires: now.saturating_add(lifetime.as_secs()), audience })
}

fn signed(mint: &LegacyMint, claims: &Written<'_>) -> String {
    let json = serde_json::to_vec(claims).expect("names and values are texts and numbers");
    let mut token = String::with_capacity(mint.header.len() + json.len() * 3 / 2 + 96);
    token.push_str(&mint.header);
    URL_SAFE_NO_PAD.encode_string(&json, &mut token);
    let signature = hmac::sign(&mint.key, token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

struct Written<'a> {
    mint: &'a LegacyMint,
    subject: &'a Subject,
    now: u64,
    expires: u64,
    audience: Audience<'a>,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let LegacyMint { subject: (claim, is_number), constant, .. } = self.mint;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("exp", &self.expires)?;
        match self.subject {
            Subject::Int(id) if *is_number => map.serialize_entry(claim, id)?,
            subject => map.serialize_entry(claim, &format_args!("{subject}"))?,
        }
        for (name, value) in constant {
            map.serialize_entry(name, value)?;
        }
        for (name, _) in
            [("iat", self.mint.issued_at), ("nbf", self.mint.not_before)].iter().filter(|(_, is)| *is)
        {
            map.serialize_entry(name, &self.now)?;
        }
        if self.mint.id {
            map.serialize_entry("jti", &format_args!("{}", Uuid::new_v4()))?;
        }
        match self.audience {
            Audience::Legacy => map.serialize_entry(BRIDGE, &1)?,
            Audience::Client { membership, extra } => {
                let said = |name: &str| {
                    name == claim
                        || RESERVED.contains(&name)
                        || constant.iter().any(|(constant, _)| constant == name)
                };
                for (name, value) in extra.iter().filter(|(name, _)| !said(name)) {
                    map.serialize_entry(name, value)?;
                }
                map.serialize_entry(MEMBERSHIP, &format_args!("{membership}"))?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
