//! The legacy's own tokens: what its profile asks for, read as strictly as the rest allows.
//!
//! Otherwise as PyJWT does, or a token that the legacy takes would be refused here: most of its tokens have no issuer,
//! no audience and no time of issue.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Checked, claims_of, header::Header, key::VerifyingKey, subject::subject_of};
use crate::{
    auth::{
        BadToken, IssuedBy, Presented, Subject, Verified,
        cache::Known,
        claims::{Dates, Members},
        membership::{MEMBERSHIP, Membership},
    },
    config::Secret,
    contract::profile::{LookupRule, SubjectKind, TokenProfile},
};

/// The clock may turn between the two moments in which a token is told when it was made and when it ends.
const TURN: Duration = Duration::from_secs(1);

/// The profiles with their keys.
#[derive(Debug, Default)]
pub struct LegacyTokens {
    pub(super) profiles: Vec<(TokenProfile, Vec<VerifyingKey>)>,
    /// No token that the gateway itself has handed out lives longer: the end of its session is remembered for so long.
    pub(super) longest: Option<Duration>,
}

impl LegacyTokens {
    /// Tokens of sessions that live longer than this are refused.
    pub fn bounded(self, longest: Duration) -> Self {
        Self { longest: Some(longest), ..self }
    }

    /// What new tokens of a profile are signed with: the first of its secrets.
    pub fn secret(&self, place: usize) -> Option<&Secret> {
        let (_, keys) = self.profiles.get(place)?;
        keys.first()?.secret.as_ref()
    }

    pub(super) fn schemes(&self) -> impl Iterator<Item = &str> {
        self.profiles.iter().map(|(profile, _)| profile.scheme.as_str())
    }

    pub(super) fn lookup(&self, issued_by: IssuedBy) -> Option<&LookupRule> {
        let IssuedBy::Legacy(place) = issued_by else { return None };
        match &self.profiles.get(place)?.0.subject.kind {
            SubjectKind::Lookup(rule) => Some(rule),
            SubjectKind::Int | SubjectKind::Uuid | SubjectKind::Text => None,
        }
    }

    /// The first profile that the token fits; where none does, why not of the one that it came closest to.
    pub(super) fn verify(
        &self,
        token: &Presented<'_>,
        header: &Header,
        now: f64,
    ) -> Result<Checked, BadToken> {
        let Header::Legacy { algorithm, kid } = header else { return Err(BadToken::Algorithm) };
        let signature = URL_SAFE_NO_PAD.decode(token.signature).map_err(|_| BadToken::Malformed)?;
        let mut problem = BadToken::Algorithm;
        for (place, (profile, keys)) in self.profiles.iter().enumerate() {
            let fits = profile.scheme.eq_ignore_ascii_case(token.scheme)
                && profile.algorithm.name() == algorithm
                && profile.keys.kids.is_empty() == kid.is_none();
            if !fits {
                continue;
            }
            let found = signed_with(keys, kid.as_deref(), token, &signature)
                .and_then(|key| judged(place, profile, key, token, now))
                .and_then(|checked| self.remembered_until_its_end(checked));
            match found {
                Ok(checked) => {
                    let is_twofold =
                        self.names_another(place, &checked.token.subject, (token, kid.as_deref()), now);
                    return if is_twofold { Err(BadToken::Subject) } else { Ok(checked) };
                }
                Err(found) if rank(found) > rank(problem) => problem = found,
                Err(_) => {}
            }
        }
        Err(problem)
    }

    /// Whether some profile would take this token now, for those who ask without serving.
    pub(in crate::auth) fn takes(&self, token: &Presented<'_>) -> Result<(), BadToken> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |now| now.as_secs_f64());
        self.verify(token, &Header::parse(token.header)?, now).map(drop)
    }

    /// Whether another profile would find another user in it. No order of profiles decides whose token it is, nor does
    /// the word before it, which its holder chooses.
    fn names_another(
        &self,
        place: usize,
        subject: &Subject,
        (token, kid): (&Presented<'_>, Option<&str>),
        now: f64,
    ) -> bool {
        let (chosen, _) = &self.profiles[place];
        let others = self.profiles.iter().enumerate().filter(|(_, (other, _))| {
            other.subject != chosen.subject
                && other.algorithm == chosen.algorithm
                && other.keys.kids.is_empty() == kid.is_none()
        });
        let Ok(signature) = URL_SAFE_NO_PAD.decode(token.signature) else { return true };
        let mut found = others.filter_map(|(place, (other, keys))| {
            let key = signed_with(keys, kid, token, &signature).ok()?;
            let found = judged(place, other, key, token, now).ok()?.token.subject;
            Some((other, found))
        });
        found.any(|(other, found)| {
            let is_by_name = |profile: &TokenProfile| matches!(profile.subject.kind, SubjectKind::Lookup(_));
            is_by_name(chosen) || is_by_name(other) || found.to_string() != subject.to_string()
        })
    }

    /// Whether what was taken back of a session is still known when its token ends. The legacy's own are of none.
    fn remembered_until_its_end(&self, checked: Checked) -> Result<Checked, BadToken> {
        let Verified { session, issued_at, expires_at, .. } = &checked.token;
        let Some(longest) = self.longest.filter(|_| session.is_some()) else { return Ok(checked) };
        let latest = issued_at.and_then(|issued_at| issued_at.checked_add(longest + TURN));
        match expires_at {
            Some(expires_at) if latest.is_none_or(|latest| *expires_at <= latest) => Ok(checked),
            Some(_) | None => Err(BadToken::Lifetime),
        }
    }

    /// Whether nothing of this profile is taken any more.
    pub(super) fn is_retired(&self, place: usize, now: f64) -> bool {
        self.profiles.get(place).is_none_or(|(profile, _)| is_retired(profile, now))
    }

    pub(super) fn still_good(&self, place: usize, known: &Known, scheme: &str, now: f64) -> bool {
        self.profiles.get(place).is_some_and(|(profile, _)| {
            profile.scheme.eq_ignore_ascii_case(scheme) && check_times(profile, &known.dates, now).is_ok()
        })
    }
}

fn signed_with<'k>(
    keys: &'k [VerifyingKey],
    kid: Option<&str>,
    token: &Presented<'_>,
    signature: &[u8],
) -> Result<&'k VerifyingKey, BadToken> {
    let mut named = keys.iter().filter(|key| key.kid.as_deref() == kid).peekable();
    if named.peek().is_none() {
        return Err(BadToken::Key);
    }
    named.find(|key| key.verify(token.signed.as_bytes(), signature)).ok_or(BadToken::Signature)
}

fn judged(
    place: usize,
    profile: &TokenProfile,
    key: &VerifyingKey,
    token: &Presented<'_>,
    now: f64,
) -> Result<Checked, BadToken> {
    let claims = claims_of(token)?;
    let dates = Dates::of(&claims, profile.lenient_exp)?;
    check_claims(profile, &claims)?;
    check_times(profile, &dates, now)?;
    let subject = claims.find(&profile.subject.claim).ok_or(BadToken::Subject)?;
    let subject = subject_of(subject, &profile.subject.kind).ok_or(BadToken::Subject)?;
    let moment = |seconds: Option<f64>| UNIX_EPOCH.checked_add(Duration::from_secs_f64(seconds?));
    let expires_at = moment(dates.expires);
    let derived = || expires_at?.checked_sub(profile.lifetime?);
    let ours = membership(&claims)?;
    let token = Verified {
        subject,
        issued_by: IssuedBy::Legacy(place),
        session: ours.map(|ours| ours.session),
        generation: ours.map(|ours| ours.generation),
        issued_at: ours.map(|ours| ours.issued_at()).or_else(|| moment(dates.issued)).or_else(derived),
        expires_at,
        digest: ours.is_none().then(|| Sha256::digest(token.signed.as_bytes()).into()),
        scopes: words(&claims, ["scopes", "scope"]),
        roles: words(&claims, ["roles", "role"]),
    };
    Ok(Checked { token, dates, kid: key.kid.as_ref().map(Arc::clone) })
}

/// What the gateway itself has said in it, if it has handed it out.
fn membership(claims: &Members) -> Result<Option<Membership>, BadToken> {
    let said = claims.find(MEMBERSHIP);
    said.map(|said| said.as_str().and_then(Membership::read).ok_or(BadToken::Claims)).transpose()
}

/// As PyJWT checks them: an audience that nobody asked for is refused, an issuer that nobody asked for is not looked at.
fn check_claims(profile: &TokenProfile, claims: &Members) -> Result<(), BadToken> {
    let absent = |name: &String| claims.find(name).is_none_or(Value::is_null);
    if profile.require.iter().any(absent) {
        return Err(BadToken::Claims);
    }
    if profile.equals.iter().any(|(name, value)| claims.text(name) != Some(value)) {
        return Err(BadToken::Claims);
    }
    let is_ours =
        |value: &Value| value.as_str().is_some_and(|one| profile.audience.iter().any(|own| own == one));
    match claims.find("aud").filter(|audience| !audience.is_null()) {
        None if profile.audience.is_empty() => {}
        Some(Value::Array(several))
            if several.iter().all(Value::is_string) && several.iter().any(is_ours) => {}
        Some(one) if is_ours(one) => {}
        None | Some(_) => return Err(BadToken::Audience),
    }
    let is_issuer = |issuer: &str| profile.issuer.iter().any(|own| own == issuer);
    if !profile.issuer.is_empty() && !claims.text("iss").is_some_and(is_issuer) {
        return Err(BadToken::Issuer);
    }
    Ok(())
}

fn is_retired(profile: &TokenProfile, now: f64) -> bool {
    let is_over = |end: SystemTime| end.duration_since(UNIX_EPOCH).is_ok_and(|end| end.as_secs_f64() <= now);
    profile.accept_until.is_some_and(is_over)
}

fn check_times(profile: &TokenProfile, dates: &Dates, now: f64) -> Result<(), BadToken> {
    let leeway = profile.leeway.as_secs_f64();
    if is_retired(profile, now) {
        return Err(BadToken::Retired);
    }
    // PyJWT cuts fractions off.
    if dates.expires.is_some_and(|expires| expires.floor() <= now - leeway) {
        return Err(BadToken::Expired);
    }
    if [dates.not_before, dates.issued].into_iter().flatten().any(|start| start.floor() > now + leeway) {
        return Err(BadToken::NotYet);
    }
    if let (Some(lifetime), Some(expires)) = (profile.lifetime, dates.expires)
        && expires > now + lifetime.as_secs_f64() + leeway
    {
        return Err(BadToken::Lifetime);
    }
    Ok(())
}

/// How far a token came before it was refused.
fn rank(bad: BadToken) -> u8 {
    match bad {
        BadToken::Algorithm => 0,
        BadToken::Key => 1,
        BadToken::Signature => 2,
        BadToken::Expired | BadToken::NotYet | BadToken::Lifetime | BadToken::Bridge => 4,
        _ => 3,
    }
}

/// A list of texts, or one text with spaces between; what is neither says nothing.
fn words(claims: &Members, names: [&str; 2]) -> Vec<String> {
    let texts = names.into_iter().filter_map(|name| claims.find(name)).flat_map(|value| match value {
        Value::String(text) => text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    });
    texts.collect()
}
