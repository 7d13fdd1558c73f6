//! Which route a request names, and who owns it: the lock decides the first, `routes.toml` the second.

use http::{
    Method, Request,
    header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN},
};
use hyper::body::Incoming;

use super::visit::Visit;
use crate::{
    contract::Failure,
    legacy::tunnel::is_websocket,
    routes::{
        file::{Owner, Unlisted},
        matching::{Outcome, RouteId, Verb},
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
    /// No route takes it: the legacy answers its own 404, 405, 307, preflight or 500.
    Legacy {
        websocket: bool,
    },
}

impl Found {
    pub(super) fn is_websocket(&self) -> bool {
        match self {
            Self::Route { websocket, .. } | Self::Legacy { websocket } => *websocket,
        }
    }
}

pub(super) fn find(visit: &mut Visit, request: &Request<Incoming>, target: &Target<'_>) -> Found {
    let websocket = is_websocket(request);
    if is_preflight(visit, request) {
        visit.label = Label::Elsewhere(Elsewhere::Preflight);
        return Found::Legacy { websocket };
    }
    let matcher = &visit.snapshot.matcher;
    let as_http = || matcher.find_target(Verb::Http(request.method().as_str()), target);
    let outcome = if websocket {
        // A server without WebSockets answers the request as if it asked for none: a path that is no WebSocket
        // route is under the policy of what it is over HTTP.
        match (matcher.find_target(Verb::WebSocket, target), as_http()) {
            (Outcome::Unlisted, over_http @ Outcome::Match { .. }) => over_http,
            (outcome, _) => outcome,
        }
    } else {
        as_http()
    };
    let elsewhere = match outcome {
        Outcome::Match { route, params } => {
            visit.label = Label::Route(route);
            let params = params.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
            return Found::Route { id: route, params, websocket };
        }
        Outcome::Partial { .. } => Elsewhere::MethodNotAllowed,
        Outcome::Redirect { .. } => Elsewhere::SlashRedirect,
        Outcome::Unlisted => Elsewhere::Unlisted,
        Outcome::Error => Elsewhere::RoutingError,
    };
    visit.label = Label::Elsewhere(elsewhere);
    Found::Legacy { websocket }
}

/// CORS middleware answers a preflight for any path before routing and authentication, so the legacy must see it.
fn is_preflight(visit: &Visit, request: &Request<Incoming>) -> bool {
    request.method() == Method::OPTIONS
        && visit.snapshot.has_cors()
        && request.headers().contains_key(ORIGIN)
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
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
        Found::Legacy { .. } => {
            let unlisted = visit.label == Label::Elsewhere(Elsewhere::Unlisted);
            if unlisted && visit.snapshot.unlisted == Unlisted::Deny {
                visit.answered_by = AnsweredBy::Deny;
                return Err(Failure::Denied(http::StatusCode::NOT_FOUND));
            }
            visit.answered_by = AnsweredBy::Legacy;
            Ok(Policy::unlisted())
        }
    }
}
