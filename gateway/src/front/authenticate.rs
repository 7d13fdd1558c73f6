//! Turns the token of a request into a principal, where the route asks for one, before its body is looked at.

use http::HeaderMap;

use super::{Parts, own::Found, visit::Visit};
use crate::{
    auth::{Presented, Principal, TokenProblem},
    contract::Failure,
    routes::{
        file::Owner,
        running::{Auth, Policy},
    },
};

pub(super) fn authenticate(
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
            if let Err(problem) = verify(parts, policy, headers) {
                parts.metrics.auth_reported.with_label_values(&[problem.name()]).inc();
            }
            Ok(None)
        }
        Auth::Required(scheme) => verify(parts, policy, headers).map(Some).map_err(|problem| {
            parts.metrics.auth_refused.with_label_values(&[problem.name()]).inc();
            problem.failure(scheme)
        }),
    }
}

fn verify(parts: &Parts, policy: &Policy, headers: &HeaderMap) -> Result<Principal, TokenProblem> {
    let presented = Presented::of(headers, policy.empty_is_missing)?;
    parts.verifier.verify(&presented)
}
