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
        let reading = Reading::of_header(value.as_bytes());
        match judged(parts, policy, reading, presented).await? {
            // Which of several counts depends on the reader, so none may come through that counts.
            Carried::Refused => return Ok(Carried::Refused),
            user @ Carried::User(_) => found = user,
            Carried::Unknown => {}
        }
    }
    Ok(if values.len() > 1 { Carried::Unknown } else { found })
}

/// Of a token that stands by itself.
pub(super) async fn alone(parts: &Parts, policy: &Policy, token: &str) -> Result<Carried, Failure> {
    let presented = Presented::alone(parts.verifier.schemes().usual(), token);
    judged(parts, policy, Reading::of(token.as_bytes()), presented).await
}

async fn judged(
    parts: &Parts,
    policy: &Policy,
    reading: Option<Reading>,
    presented: Result<Presented<'_>, TokenProblem>,
) -> Result<Carried, Failure> {
    let Some(reading) = reading else { return Ok(Carried::Unknown) };
    if reading.is_marked || reading.is_crooked {
        return Ok(Carried::Refused);
    }
    let Ok(presented) = presented else { return Ok(Carried::Unknown) };
    let on_stale = policy.on_stale.unwrap_or(parts.on_stale);
    match (admit(parts, policy, &presented).await, on_stale) {
        (Ok(principal), _) => Ok(Carried::User(principal)),
        (Err(Refused::Token(TokenProblem::Bad(BadToken::Revoked | BadToken::Bridge))), _) => {
            Ok(Carried::Refused)
        }
        (Err(Refused::Token(_)), _) => Ok(Carried::Unknown),
        (Err(Refused::Unknown), _) => Err(NotAdmitted::Unknown.into()),
        (Err(Refused::Database(failure)), OnStale::Deny) => Err(failure.into()),
        (Err(Refused::Database(_)), OnStale::Degrade) => Ok(Carried::Unknown),
    }
}
