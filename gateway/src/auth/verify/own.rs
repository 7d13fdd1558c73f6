//! The gateway's own tokens: every claim required, each of one type, and nothing taken on trust.

use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use uuid::Uuid;

use super::{Checked, claims_of, header::Header, subject::subject_of};
use crate::{
    auth::{
        BadToken, IssuedBy, Presented, Verified,
        cache::Known,
        claims::{Dates, Members},
        keys::Keys,
    },
    contract::profile::{Profile, SubjectKind, auth::AuthProfile, users::IdKind},
};

/// Clocks of two machines differ.
const CLOCK_SKEW: f64 = 30.0;
/// The longest that can be written as `access`. Whoever shortens it later logs nobody out.
const LONGEST: Duration = Duration::from_hours(24 * 366);

/// What a token must say to be one of ours.
#[derive(Clone, Debug)]
pub struct OwnTokens {
    pub keys: Keys,
    /// `iss`
    pub issuer: String,
    /// `aud`
    pub audience: String,
    /// What ids of users are; `sub` is one, as text.
    pub subject: SubjectKind,
    /// No token of ours lives longer.
    pub longest: Duration,
}

impl OwnTokens {
    pub fn of(profile: &Profile, keys: Keys) -> Self {
        let of_legacy = profile.tokens.iter().map(|token| &token.subject.kind);
        let mut of_legacy = of_legacy.filter(|kind| !matches!(kind, SubjectKind::Lookup(_)));
        let subject = match profile.users.as_ref().map(|users| users.id.kind) {
            Some(IdKind::Int | IdKind::BigInt) => SubjectKind::Int,
            Some(IdKind::Uuid) => SubjectKind::Uuid,
            Some(IdKind::Text) => SubjectKind::Text,
            None => of_legacy.next().cloned().unwrap_or(SubjectKind::Text),
        };
        let AuthProfile { issuer, audience, .. } = &profile.auth;
        Self { keys, issuer: issuer.clone(), audience: audience.clone(), subject, longest: LONGEST }
    }

    pub(super) fn verify(
        &self,
        token: &Presented<'_>,
        header: &Header,
        now: f64,
    ) -> Result<Checked, BadToken> {
        let Header::Own { algorithm, kid } = header else { return Err(BadToken::Algorithm) };
        let set = self.keys.current();
        let key = set.verifying(kid).ok_or(BadToken::Key)?;
        if key.algorithm().name() != algorithm {
            return Err(BadToken::Algorithm);
        }
        let signature = URL_SAFE_NO_PAD.decode(token.signature).map_err(|_| BadToken::Malformed)?;
        if !key.verify(token.signed.as_bytes(), &signature) {
            return Err(BadToken::Signature);
        }
        let claims = claims_of(token)?;
        let dates = dates(&claims)?;
        self.check_times(&dates, now)?;
        let token = self.token(&claims, &dates)?;
        Ok(Checked { token, dates, kid: Some(kid.as_str().into()) })
    }

    pub(super) fn still_good(&self, known: &Known, now: f64) -> bool {
        let is_held = known.kid.as_deref().is_some_and(|kid| self.keys.current().verifying(kid).is_some());
        is_held && self.check_times(&known.dates, now).is_ok()
    }

    fn check_times(&self, dates: &Dates, now: f64) -> Result<(), BadToken> {
        let (Some(expires), Some(issued)) = (dates.expires, dates.issued) else {
            return Err(BadToken::Claims);
        };
        if expires <= now {
            return Err(BadToken::Expired);
        }
        if issued > now + CLOCK_SKEW || dates.not_before.is_some_and(|start| start > now + CLOCK_SKEW) {
            return Err(BadToken::NotYet);
        }
        if expires <= issued || expires - issued > self.longest.as_secs_f64() {
            return Err(BadToken::Lifetime);
        }
        Ok(())
    }

    fn token(&self, claims: &Members, dates: &Dates) -> Result<Verified, BadToken> {
        if claims.text("iss") != Some(&self.issuer) {
            return Err(BadToken::Issuer);
        }
        if claims.text("aud") != Some(&self.audience) {
            return Err(BadToken::Audience);
        }
        let subject = claims.find("sub").filter(|subject| subject.is_string()).ok_or(BadToken::Subject)?;
        let subject = subject_of(subject, &self.subject).ok_or(BadToken::Subject)?;
        let session = claims.text("sid").and_then(canonical).ok_or(BadToken::Claims)?;
        claims.text("jti").filter(|id| !id.is_empty()).ok_or(BadToken::Claims)?;
        let generation = match claims.find("rg") {
            None => None,
            Some(value) => {
                let generation = value.as_i64().and_then(|generation| i32::try_from(generation).ok());
                Some(generation.filter(|generation| *generation >= 0).ok_or(BadToken::Claims)?)
            }
        };
        let scopes = match claims.find("scope") {
            None => Vec::new(),
            Some(value) => {
                let text = value.as_str().ok_or(BadToken::Claims)?;
                text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
            }
        };
        let roles = match claims.find("roles") {
            None => Vec::new(),
            Some(value) => {
                let list = value.as_array().ok_or(BadToken::Claims)?;
                let roles = list.iter().map(|role| role.as_str().map(str::to_owned));
                roles.collect::<Option<Vec<_>>>().ok_or(BadToken::Claims)?
            }
        };
        let moment = |seconds: Option<f64>| UNIX_EPOCH.checked_add(Duration::from_secs_f64(seconds?));
        Ok(Verified {
            subject,
            issued_by: IssuedBy::Gateway,
            session: Some(session),
            generation,
            issued_at: moment(dates.issued),
            expires_at: moment(dates.expires),
            digest: None,
            scopes,
            roles,
        })
    }
}

/// Whole seconds, as they were written: no other reader could round them otherwise.
fn dates(claims: &Members) -> Result<Dates, BadToken> {
    let is_whole = |name| claims.find(name).is_some_and(Value::is_u64);
    if ["exp", "iat"].into_iter().all(is_whole) { Dates::of(claims, false) } else { Err(BadToken::Claims) }
}

/// One spelling for each session.
fn canonical(text: &str) -> Option<Uuid> {
    let id: Uuid = text.parse().ok()?;
    (id.hyphenated().to_string() == text).then_some(id)
}
