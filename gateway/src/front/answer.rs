//! Lets the owner answer: a native handler, or the legacy; or says why nobody can.

mod forward;
mod native;

use http::Response;
use hyper::body::Incoming;

use super::{Parts, body::AnswerBody, own::Found, request_body::RequestBody, visit::Visit};
use crate::{
    auth::Principal,
    contract::Failure,
    routes::{file::Owner, running::Policy},
    telemetry::{error::ErrorKind, labels::Label},
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
pub(super) fn failed(parts: &Parts, visit: &mut Visit, failure: &Failure) -> Response<AnswerBody> {
    visit.error = visit.error.or(ErrorKind::of(failure, visit.answered_by));
    let mut answer = parts.contract.failure(failure);
    // Starlette answers an unhandled exception outside its CORS middleware.
    if !matches!(failure, Failure::Internal) {
        add_cors(visit, &mut answer);
    }
    answer.map(AnswerBody::own)
}

/// A panic is Starlette's 500: its outermost middleware answers, so no CORS headers.
pub(super) fn panicked(parts: &Parts, visit: &mut Visit) -> Response<AnswerBody> {
    visit.error = Some(ErrorKind::Internal);
    parts.metrics.panics.inc();
    tracing::error!("a request panicked and was answered 500");
    parts.contract.failure(&Failure::Internal).map(AnswerBody::own)
}

fn add_cors<B>(visit: &Visit, answer: &mut Response<B>) {
    let layers = match visit.label {
        Label::Route(id) => visit.snapshot.cors(id),
        Label::Elsewhere(_) => visit.snapshot.cors_outside(),
    };
    for cors in layers {
        cors.apply(&visit.asker, answer.headers_mut());
    }
}
