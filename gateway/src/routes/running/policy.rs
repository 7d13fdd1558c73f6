//! What the lock and `routes.toml` say about one route.

use std::time::Duration;

use http::StatusCode;

use crate::{
    contract::profile::auth::OnStale,
    limits::{Limits, Rate},
    routes::{
        added::Guard,
        file::{AuthRule, Owner, RouteEntry, RoutesFile},
        matching::{Kind, Matcher, RouteId, SchemeId},
    },
};

#[derive(Clone, Copy, Debug)]
pub struct Policy {
    pub owner: Owner,
    pub deny_status: StatusCode,
    pub body_max: Option<u64>,
    /// How long until the head of the answer.
    pub deadline: Option<Duration>,
    pub first_byte: Option<Duration>,
    pub auth: Auth,
    /// `HTTPBearer` takes an empty credential for a missing one, `OAuth2PasswordBearer` for a bad one.
    pub empty_is_missing: bool,
    /// Unless it says so, what `[auth]` says.
    pub on_stale: Option<OnStale>,
    pub rate: Option<Rate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Public, or protected in a way that only the legacy knows.
    Open,
    /// Verified, counted and let through.
    Report,
    /// Verified or refused, in the words of the scheme that protects it in the legacy.
    Required(Option<SchemeId>),
}

impl Auth {
    /// As the operator is shown it.
    pub fn name(self) -> &'static str {
        match self {
            Auth::Open => "-",
            Auth::Report => "report",
            Auth::Required(_) => "token",
        }
    }
}

impl Policy {
    pub(super) fn new(
        matcher: &Matcher,
        id: RouteId,
        file: &RoutesFile,
        enforced_classes: &[String],
    ) -> Self {
        let route = matcher.route(id);
        let entry = file.routes.get(&route.key);
        let by_default = match route.kind {
            // It is not there before the file names it.
            Kind::Added(_) => Owner::Legacy,
            Kind::Http | Kind::WebSocket | Kind::Mount | Kind::Opaque | Kind::Frontend => file.defaults.owner,
        };
        let owner = entry.and_then(|entry| entry.owner).unwrap_or(by_default);
        // Limits by default are for our own handlers; a legacy route is limited only where it says so itself.
        let native = owner == Owner::Native;
        let scheme = matcher.enforced(id, enforced_classes);
        Self {
            owner,
            deny_status: entry.map_or(StatusCode::NOT_FOUND, |entry| entry.status),
            body_max: entry
                .and_then(|entry| entry.body_max)
                .or(native.then_some(file.defaults.native_body_max))
                .or(file.limits.body),
            deadline: entry
                .and_then(|entry| entry.deadline)
                .or(native.then_some(file.defaults.native_deadline)),
            first_byte: entry.and_then(|entry| entry.first_byte).or(file.limits.legacy_first_byte),
            auth: match route.kind {
                Kind::Added(guard) => auth(entry, guard == Guard::Token, None),
                Kind::Http | Kind::WebSocket | Kind::Mount | Kind::Opaque | Kind::Frontend => {
                    let scheme = route.security.first().copied().filter(|_| scheme.is_some());
                    auth(entry, scheme.is_some(), scheme)
                }
            },
            empty_is_missing: scheme.is_some_and(|scheme| scheme.takes_empty_for_missing()),
            on_stale: entry.and_then(|entry| entry.on_stale),
            rate: entry.and_then(|entry| entry.rate).unwrap_or(file.limits.rate),
        }
    }

    /// For requests that no route takes: the legacy answers, under what limits every request.
    pub fn unlisted(limits: &Limits) -> Self {
        Self {
            owner: Owner::Legacy,
            deny_status: StatusCode::NOT_FOUND,
            body_max: limits.body,
            deadline: None,
            first_byte: limits.legacy_first_byte,
            auth: Auth::Open,
            empty_is_missing: false,
            on_stale: None,
            rate: limits.rate,
        }
    }
}

/// The lock decides; an entry may tighten, observe, or loosen with a reason written beside it.
fn auth(entry: Option<&RouteEntry>, enforced: bool, scheme: Option<SchemeId>) -> Auth {
    match entry.and_then(|entry| entry.auth) {
        Some(AuthRule::None) => Auth::Open,
        Some(AuthRule::Report) => Auth::Report,
        Some(AuthRule::Required) => Auth::Required(scheme),
        None if enforced => Auth::Required(scheme),
        None => Auth::Open,
    }
}
