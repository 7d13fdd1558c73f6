//! Lets the owner answer: a native handler, or the legacy; or says why nobody can.

mod forward;
mod native;

use http::Response;
use hyper::body::Incoming;

use super::{
    Parts,
    body::AnswerBody,
    own::Found,
    request_body::RequestBody,
    visit::{Label, Visit},
};
use crate::{
    auth::Principal,
    contract::Failure,
    routes::{file::Owner, running::Policy},
};

pub(super) async fn answer(
    parts: &Parts,
    visit: &mut Visit,
    request: http::Request<Incoming>,
    found: Found,
    policy: Policy,
    principal: Option<Principal>,
) -> Result<Response<AnswerBody>, Failure> {
    let announced = http_body::Body::size_hint(request.body()).lower();
    if policy.body_max.is_some_and(|most| announced > most) {
        return Err(Failure::TooLarge);
    }
    let websocket = found.is_websocket();
    let received = std::sync::Arc::clone(&visit.received);
    let request = request.map(|incoming| RequestBody::new(incoming, policy.body_max, received));
    match (policy.owner, found) {
        (Owner::Native, Found::Route { id, params, websocket: false }) => {
            native::answer(parts, visit, request, id, params, &policy, principal).await
        }
        (Owner::Native | Owner::Legacy | Owner::Deny, _) => {
            forward::answer(parts, visit, request, &policy, websocket).await
        }
    }
}

/// The answer to a request that fails, with the CORS headers without which a browser would hide it.
pub(super) fn failed(parts: &Parts, visit: &Visit, failure: &Failure) -> Response<AnswerBody> {
    let mut answer = parts.contract.failure(failure).map(AnswerBody::own);
    // Starlette answers an unhandled exception outside its CORS middleware.
    if !matches!(failure, Failure::Internal) {
        dress(visit, &mut answer);
    }
    answer
}

/// A panic is Starlette's 500: its outermost middleware answers, so no CORS headers.
pub(super) fn panicked(parts: &Parts) -> Response<AnswerBody> {
    parts.metrics.panics.inc();
    tracing::error!("a request panicked and was answered 500");
    parts.contract.failure(&Failure::Internal).map(AnswerBody::own)
}

/// As the middlewares around the route would have done.
fn dress<B: http_body::Body>(visit: &Visit, answer: &mut Response<B>) {
    let layers = match visit.label {
        Label::Route(id) => visit.snapshot.layers(id),
        Label::Other(_) => visit.snapshot.layers_outside(),
    };
    for layer in layers {
        layer.apply(&visit.asker, answer);
    }
}
