//! What a credential is that no rule of ours asked for: at a public path, at one that only the legacy protects, at a
//! WebSocket.
//!
//! Nobody is refused here. What was taken back, and what was made for the legacy alone, does not reach the legacy.

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

use super::{
    Parts,
    authenticate::{Refused, admit},
};
use crate::{
    auth::{
        BadToken, Presented, TokenProblem,
        bridge::{Carried, Reading},
        revocation::NotAdmitted,
    },
    contract::{Failure, profile::auth::OnStale},
    routes::running::Policy,
};

pub(super) async fn by_header(
    parts: &Parts,
    policy: &Policy,
    headers: &HeaderMap,
) -> Result<Carried, Failure> {
    let values: Vec<&HeaderValue> = headers.get_all(AUTHORIZATION).into_iter().collect();
    let mut found = Carried::Unknown;
    for value in &values {
        let presented = Presented::of_value(value, parts.verifier.schemes(), policy.empty_is_missing);
        let Some(reading) = Reading::of_header(value.as_bytes()) else { continue };
        let judged = match presented {
            Err(TokenProblem::WrongScheme | TokenProblem::Missing) => {
                behind_another_word(parts, policy, reading, value).await?
            }
            presented => judged(parts, policy, reading, presented).await?,
        };
        match judged {
            // Which of several counts depends on the reader, so none may come through that counts.
            Carried::Refused => return Ok(Carried::Refused),
            user @ Carried::User(_) => found = user,
            Carried::Unknown => {}
        }
    }
    Ok(if values.len() > 1 { Carried::Unknown } else { found })
}

/// Of a token that stands by itself.
pub(super) async fn alone(parts: &Parts, policy: &Policy, token: &[u8]) -> Result<Carried, Failure> {
    let Some(reading) = Reading::of(token) else { return Ok(Carried::Unknown) };
    let text = std::str::from_utf8(token).map_err(|_| BadToken::Malformed.into());
    let presented = text.and_then(|token| Presented::alone(parts.verifier.schemes().usual(), token));
    judged(parts, policy, reading, presented).await
}

/// Nobody comes in by it here, but some reader does not look at the word: what was taken back is withheld.
async fn behind_another_word(
    parts: &Parts,
    policy: &Policy,
    reading: Reading,
    value: &HeaderValue,
) -> Result<Carried, Failure> {
    let text = value.to_str().unwrap_or_default();
    let token = text.split_once(' ').map_or(text, |(_, token)| token).trim_matches([' ', '\t']);
    for word in parts.verifier.schemes().words() {
        let presented = Presented::alone(word, token);
        if let Carried::Refused = judged(parts, policy, reading, presented).await? {
            return Ok(Carried::Refused);
        }
    }
    Ok(Carried::Unknown)
}

async fn judged(
    parts: &Parts,
    policy: &Policy,
    reading: Reading,
    presented: Result<Presented<'_>, TokenProblem>,
) -> Result<Carried, Failure> {
    if reading.is_marked || reading.is_crooked {
        return Ok(Carried::Refused);
    }
    let Ok(presented) = presented else { return Ok(Carried::Unknown) };
    let on_stale = policy.on_stale.unwrap_or(parts.on_stale);
    match (admit(parts, policy, &presented).await, on_stale) {
        (Ok(principal), _) => {
            parts.confirmations.saw(principal.token());
            Ok(Carried::User(principal))
        }
        (Err(Refused::Token(TokenProblem::Bad(BadToken::Revoked | BadToken::Bridge))), _) => {
            Ok(Carried::Refused)
        }
        (Err(Refused::Token(_)), _) => Ok(Carried::Unknown),
        (Err(Refused::Unknown), _) => Err(NotAdmitted::Unknown.into()),
        (Err(Refused::Database(failure)), OnStale::Deny) => Err(failure.into()),
        (Err(Refused::Database(_)), OnStale::Degrade) => Ok(Carried::Unknown),
    }
}
