//! Which route a request names, and who owns it: the lock decides the first, `routes.toml` the second.

use http::Request;

use super::{request_body::RequestBody, visit::Visit};
use crate::{
    contract::{Failure, cors::is_preflight, unrouted::Unrouted},
    legacy::tunnel::is_websocket,
    routes::{
        file::{Owner, Unlisted},
        matching::{AppId, Located, Outcome, RouteId, Verb},
        running::Policy,
        target::Target,
    },
    telemetry::labels::{AnsweredBy, Elsewhere, Label},
};

/// What the lock says about a request.
pub(super) enum Found {
    Route {
        id: RouteId,
        params: Vec<(String, String)>,
        websocket: bool,
    },
    /// No route takes it: the legacy answers its own 404, 405, 307, preflight or 500, as long as there is one.
    Unrouted {
        what: Unrouted,
        websocket: bool,
    },
}

impl Found {
    pub(super) fn is_websocket(&self) -> bool {
        match self {
            Self::Route { websocket, .. } | Self::Unrouted { websocket, .. } => *websocket,
        }
    }
}

pub(super) fn find(visit: &mut Visit, request: &Request<RequestBody>, target: &Target<'_>) -> Found {
    let websocket = is_websocket(request);
    if !websocket && let Some(found) = added(visit, request, target) {
        return found;
    }
    let matcher = &visit.snapshot.matcher;
    let as_http = || matcher.locate(Verb::Http(request.method().as_str()), target);
    let Located { app, outcome } = if websocket {
        match matcher.locate(Verb::WebSocket, target) {
            // A server without WebSockets answers the request as if it asked for none: a path that is no WebSocket
            // route is under the policy of what it is over HTTP.
            located @ Located { outcome: Outcome::Unlisted, .. } if !visit.snapshot.is_legacy_gone => {
                Some(as_http())
                    .filter(|found| matches!(found.outcome, Outcome::Match { .. }))
                    .unwrap_or(located)
            }
            located => located,
        }
    } else {
        as_http()
    };
    visit.app = app;
    // CORS middleware answers a preflight for any path before routing and authentication, so the legacy must see it.
    if visit.snapshot.has_cors(app) && is_preflight(request.method(), request.headers()) {
        visit.label = Label::Elsewhere(Elsewhere::Preflight);
        return Found::Unrouted { what: Unrouted::Preflight, websocket };
    }
    let (what, label) = match outcome {
        Outcome::Match { route, params } => {
            visit.label = Label::Route(route);
            let params = params.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
            return Found::Route { id: route, params, websocket };
        }
        Outcome::Partial { allow, .. } => {
            (Unrouted::MethodNotAllowed { allow: allow.to_vec() }, Elsewhere::MethodNotAllowed)
        }
        Outcome::Redirect { location } => (Unrouted::SlashRedirect { location }, Elsewhere::SlashRedirect),
        Outcome::Unlisted if websocket => (Unrouted::WebSocket, Elsewhere::Unlisted),
        Outcome::Unlisted => (Unrouted::NotFound, Elsewhere::Unlisted),
        Outcome::Error => (Unrouted::Raises, Elsewhere::RoutingError),
    };
    visit.label = Label::Elsewhere(label);
    Found::Unrouted { what, websocket }
}

/// What only the gateway has stands before everything of the lock, but takes no preflight: that is no method of its own.
fn added(visit: &mut Visit, request: &Request<RequestBody>, target: &Target<'_>) -> Option<Found> {
    let (id, params) = visit.snapshot.find_added(request.method().as_str(), target)?;
    let params = params.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    visit.label = Label::Route(id);
    visit.app = AppId::OUTERMOST;
    Some(Found::Route { id, params, websocket: false })
}

/// The policy under which the request is answered, or the answer of a route that is closed.
pub(super) fn policy(visit: &mut Visit, found: &Found) -> Result<Policy, Failure> {
    match found {
        Found::Route { id, .. } => {
            let policy = *visit.snapshot.policy(*id);
            visit.answered_by = match policy.owner {
                Owner::Legacy => AnsweredBy::Legacy,
                Owner::Native => AnsweredBy::Native,
                Owner::Deny => AnsweredBy::Deny,
            };
            match policy.owner {
                Owner::Deny => Err(Failure::Denied(policy.deny_status)),
                Owner::Legacy | Owner::Native => Ok(policy),
            }
        }
        Found::Unrouted { .. } => {
            let unlisted = visit.label == Label::Elsewhere(Elsewhere::Unlisted);
            if unlisted && visit.snapshot.unlisted == Unlisted::Deny {
                visit.answered_by = AnsweredBy::Deny;
                return Err(Failure::Denied(http::StatusCode::NOT_FOUND));
            }
            visit.answered_by = match visit.snapshot.is_legacy_gone {
                true => AnsweredBy::Gateway,
                false => AnsweredBy::Legacy,
            };
            Ok(Policy::unlisted(&visit.snapshot.limits))
        }
    }
}
