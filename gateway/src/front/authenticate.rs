//! Turns the token of a request into a principal, where the route asks for one, before its body is looked at.

use std::{sync::Arc, time::Duration};

use http::HeaderMap;
use tokio::time::Instant;

use super::{Parts, own::Found, visit::Visit};
use crate::{
    auth::{
        Accepted, BadToken, NotFound, Presented, Principal, Subject, TokenProblem, Verified,
        revocation::{NotAdmitted, Standing},
    },
    contract::Failure,
    db::DatabaseFailure,
    routes::{
        file::Owner,
        running::{Auth, Policy},
    },
};

/// How long a name may take to be looked up.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why nobody is let in.
pub(super) enum Refused {
    Token(TokenProblem),
    /// Whose token it is cannot be found out now: no reason to say that it is bad.
    Database(DatabaseFailure),
    /// What was revoked lately is not known, and the route asks to be sure.
    Unknown,
}

impl From<TokenProblem> for Refused {
    fn from(problem: TokenProblem) -> Self {
        Self::Token(problem)
    }
}

pub(super) async fn authenticate(
    parts: &Parts,
    visit: &Visit,
    found: &Found,
    headers: &HeaderMap,
) -> Result<Option<Principal>, Failure> {
    // The policy of a WebSocket route is open; one below a mount that asks for a token is asked for it as well.
    let Found::Route { id, .. } = found else { return Ok(None) };
    let policy = visit.snapshot.policy(*id);
    if policy.owner == Owner::Deny {
        return Ok(None);
    }
    match policy.auth {
        Auth::Open => Ok(None),
        Auth::Report => {
            match enter(parts, policy, headers).await {
                Ok(principal) => parts.confirmations.saw(principal.token()),
                Err(Refused::Token(problem)) => {
                    parts.metrics.auth_reported.with_label_values(&[problem.name()]).inc();
                }
                Err(Refused::Database(_) | Refused::Unknown) => {}
            }
            Ok(None)
        }
        Auth::Required(scheme) => {
            let may = |principal: &Principal| {
                let demands = visit.snapshot.demands(*id);
                demands.is_none_or(|demands| demands.are_met_by(principal.token()))
            };
            let problem = match enter(parts, policy, headers).await {
                Ok(principal) if may(&principal) => {
                    parts.confirmations.saw(principal.token());
                    return Ok(Some(principal));
                }
                Ok(_) => TokenProblem::NoLeave,
                Err(Refused::Token(problem)) => problem,
                Err(Refused::Database(failure)) => return Err(failure.into()),
                Err(Refused::Unknown) => return Err(NotAdmitted::Unknown.into()),
            };
            parts.metrics.auth_refused.with_label_values(&[problem.name()]).inc();
            Err(problem.failure(scheme))
        }
    }
}

async fn enter(parts: &Parts, policy: &Policy, headers: &HeaderMap) -> Result<Principal, Refused> {
    let presented = Presented::of(headers, parts.verifier.schemes(), policy.empty_is_missing)?;
    admit(parts, policy, &presented).await
}

/// Whoever the token names, if it was not taken back.
pub(super) async fn admit(
    parts: &Parts,
    policy: &Policy,
    presented: &Presented<'_>,
) -> Result<Principal, Refused> {
    let principal = identify(parts, presented).await?;
    let on_stale = policy.on_stale.unwrap_or(parts.on_stale);
    match parts.revoked.admit(&principal, on_stale).await {
        Ok(()) => Ok(principal),
        Err(NotAdmitted::Revoked) => Err(TokenProblem::from(BadToken::Revoked).into()),
        Err(NotAdmitted::Unknown) => Err(Refused::Unknown),
    }
}

async fn identify(parts: &Parts, presented: &Presented<'_>) -> Result<Principal, Refused> {
    match parts.verifier.verify(presented)? {
        Accepted::User(principal) => Ok(principal),
        Accepted::ByName { token, rule } => {
            // Whoever it names: what is known to be taken back is refused also while nobody can be looked up.
            if parts.revoked.judge_unnamed(&token) == Standing::Revoked {
                return Err(TokenProblem::from(BadToken::Revoked).into());
            }
            // Of such a token the subject is the name until it was looked up.
            let Subject::Text(name) = &token.subject else {
                return Err(TokenProblem::from(BadToken::Subject).into());
            };
            // Boxed, as every way that few requests go: none carries the room that only those need.
            match Box::pin(parts.lookup.user(rule, name, Instant::now() + PATIENCE)).await {
                Ok(subject) => Ok(Principal::of(Arc::new(Verified { subject, ..Verified::clone(&token) }))),
                Err(NotFound::Nobody) => Err(TokenProblem::from(BadToken::UnknownUser).into()),
                Err(NotFound::Database(failure)) => Err(Refused::Database(failure)),
            }
        }
    }
}
