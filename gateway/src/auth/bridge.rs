//! What the legacy is shown of who asks: a token of its own shape, a signed header, or nothing.
//!
//! Only what was verified here is replaced, and only what was taken back or was made for the legacy alone is withheld.
//! Everything else goes on as it came: the legacy may know what it is.

mod identity;
mod reading;

use std::{fs, time::Duration};

use http::HeaderValue;
use tokio::time::Instant;
use tracing::error;

pub use identity::Asked;
pub use reading::Reading;

use super::{
    IssuedBy, Lookup, NotFound, Principal,
    issue::{Audience, CannotMint, LegacyMint, legacy_token},
    keys::Keys,
};
use crate::{
    config::Secret,
    contract::{
        Failure,
        profile::{
            KeySource, LookupRule, Profile, SubjectKind, TokenProfile,
            auth::{BridgeKind, WebSocketRules},
        },
    },
};

/// Long enough for a request that waits in the legacy's queue.
const LIFETIME: Duration = Duration::from_mins(2);

/// What was found of a credential.
#[derive(Clone, Debug)]
pub enum Carried {
    /// Nothing that we know.
    Unknown,
    /// Whoever holds it must not come in with it, wherever it is looked at.
    Refused,
    User(Principal),
}

/// What becomes of it on the way to the legacy.
pub enum Shown {
    AsItCame,
    Nothing,
    /// In its place.
    Token(String),
    /// Nothing in its place: a header of ours says who it is.
    Identity,
}

pub struct Bridge {
    kind: BridgeKind,
    /// Not needed by every kind, nor while nobody has a token of ours.
    mint: Result<Mint, CannotBridge>,
    issuer: String,
    keys: Keys,
    pub websocket: WebSocketRules,
    /// Whether a socket ends when the token does that opened it.
    pub closes_at_expiry: bool,
}

struct Mint {
    legacy: LegacyMint,
    scheme: String,
    /// The claim that names a user is not the id.
    name: Option<LookupRule>,
}

#[derive(Debug, thiserror::Error)]
pub enum CannotBridge {
    #[error(transparent)]
    Claims(#[from] CannotMint),
    #[error("the secret that tokens of `{0}` are signed with is not known")]
    NoSecret(String),
}

/// Why tokens of ours could not be shown to the legacy: for those who are about to issue some.
pub fn misfit(profile: &Profile, secret: Option<&Secret>) -> Option<CannotBridge> {
    let is_minted = profile.auth.bridge == BridgeKind::Mint;
    is_minted.then(|| Mint::of(&profile.tokens, secret).err()).flatten()
}

impl Bridge {
    pub fn of(profile: &Profile, secret: Option<&Secret>, keys: Keys) -> Self {
        let auth = &profile.auth;
        Self {
            kind: auth.bridge,
            mint: Mint::of(&profile.tokens, secret),
            issuer: auth.issuer.clone(),
            keys,
            websocket: auth.websocket.clone(),
            closes_at_expiry: auth.websocket.close_at_expiry.unwrap_or(profile.harden),
        }
    }

    /// The word before a minted token.
    pub fn scheme(&self) -> &str {
        self.mint.as_ref().map_or("Bearer", |mint| &mint.scheme)
    }

    pub async fn show(&self, carried: &Carried, lookup: &Lookup, until: Instant) -> Result<Shown, Failure> {
        let principal = match carried {
            Carried::Unknown => return Ok(Shown::AsItCame),
            Carried::Refused => return Ok(Shown::Nothing),
            Carried::User(principal) => principal,
        };
        match (self.kind, principal.token().issued_by) {
            (BridgeKind::Passthrough, _) | (BridgeKind::Mint, IssuedBy::Legacy(_)) => Ok(Shown::AsItCame),
            (BridgeKind::None, _) => Ok(Shown::Nothing),
            (BridgeKind::Mint, IssuedBy::Gateway) => {
                self.mint(principal, lookup, until).await.map(Shown::Token)
            }
            (BridgeKind::Header, _) => Ok(Shown::Identity),
        }
    }

    async fn mint(&self, principal: &Principal, lookup: &Lookup, until: Instant) -> Result<String, Failure> {
        let mint = self.mint.as_ref().map_err(|cannot| {
            error!(error = %cannot, "a token of the gateway's own cannot be shown to the legacy");
            Failure::Internal
        })?;
        let named = match &mint.name {
            None => None,
            // Boxed: what needs no look-up does not carry its room.
            Some(rule) => match Box::pin(lookup.name(rule, principal.subject(), until)).await {
                Ok(name) => Some(name),
                Err(NotFound::Nobody) => return Err(Failure::UnknownUser),
                Err(NotFound::Database(failure)) => return Err(failure.into()),
            },
        };
        let subject = named.as_ref().unwrap_or(principal.subject());
        Ok(legacy_token(&mint.legacy, subject, LIFETIME, Audience::Legacy))
    }

    /// The header's value: for this request alone.
    pub fn identity(&self, principal: &Principal, asked: Asked<'_>) -> Result<HeaderValue, Failure> {
        let set = self.keys.current();
        let signed = set.signing().map(|key| identity::signed(key, &self.issuer, principal.token(), asked));
        let value = signed.and_then(Result::ok).and_then(|text| HeaderValue::try_from(text).ok());
        value.ok_or_else(|| {
            error!("no key could sign who asks");
            Failure::Internal
        })
    }
}

impl Mint {
    /// Of the first shape whose key is a secret: with the public half of a key nobody can sign.
    fn of(profiles: &[TokenProfile], secret: Option<&Secret>) -> Result<Self, CannotBridge> {
        let symmetric = profiles.iter().find(|profile| profile.algorithm.is_symmetric());
        let Some(profile) = symmetric.or(profiles.first()) else {
            return Err(CannotBridge::NoSecret(String::new()));
        };
        let secret = match &profile.keys.source {
            KeySource::Environment => secret.cloned(),
            KeySource::SecretFiles(files) => files.first().and_then(|file| {
                let text = fs::read_to_string(file).ok()?;
                Some(Secret::from(text.trim_end_matches(['\r', '\n']).to_owned()))
            }),
            // Tells what is the matter with it.
            KeySource::PublicKeyFiles(_) => Some(Secret::from(String::new())),
        };
        let secret = secret.ok_or_else(|| CannotBridge::NoSecret(profile.name.clone()))?;
        let name = match &profile.subject.kind {
            SubjectKind::Lookup(rule) => Some(rule.clone()),
            SubjectKind::Int | SubjectKind::Uuid | SubjectKind::Text => None,
        };
        Ok(Self { legacy: LegacyMint::new(profile, &secret, &[])?, scheme: profile.scheme.clone(), name })
    }
}
