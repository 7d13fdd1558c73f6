//! Lets the owner answer: a native handler, or the legacy; or says why nobody can.

mod carriage;
mod farewell;
mod forward;
mod native;
mod unrouted;

use std::sync::Arc;

use bytes::Bytes;
use http::Response;

use super::{Parts, body::AnswerBody, own::Found, request_body::RequestBody, visit::Visit};
use crate::{
    auth::Principal,
    contract::{
        Failure,
        middleware::{self, Middleware},
    },
    limits::Limit,
    routes::{file::Owner, matching::AppId, running::Policy},
    telemetry::error::ErrorKind,
};

/// To compress more than this takes over a millisecond: too long on a thread that serves others.
const ON_THIS_THREAD: usize = 32 * 1024;

pub(super) async fn answer(
    parts: &Parts,
    visit: &mut Visit,
    mut request: Box<http::Request<RequestBody>>,
    found: Found,
    policy: Policy,
    principal: Option<Principal>,
) -> Result<Response<AnswerBody>, Failure> {
    if let (Found::Unrouted { what, .. }, true) = (&found, visit.snapshot.is_legacy_gone) {
        return Box::pin(unrouted::answer(parts, visit, *request, what)).await;
    }
    if let Some(most) = policy.body_max {
        let announced = http_body::Body::size_hint(request.body()).lower();
        if announced > most {
            return Err(Failure::TooLarge);
        }
        request.body_mut().limit(most);
    }
    let websocket = found.is_websocket();
    match (policy.owner, found) {
        (Owner::Native, Found::Route { id, params, websocket: false }) => {
            // Boxed: what is forwarded does not carry the room that a handler needs.
            Box::pin(native::answer(parts, visit, *request, id, params, &policy, principal)).await
        }
        (Owner::Native | Owner::Legacy | Owner::Deny, _) => {
            forward::answer(parts, visit, request, &policy, principal, websocket).await
        }
    }
}

/// The answer to a request that fails, with the CORS headers without which a browser would hide it.
pub(super) async fn failed(parts: &Parts, visit: &mut Visit, failure: &Failure) -> Response<AnswerBody> {
    visit.error = visit.error.or(ErrorKind::of(failure, visit.answered_by));
    if let Failure::TooLarge = failure {
        visit.meet(Limit::Body);
    }
    let answer = parts.contract.failure(failure, visit.app);
    let around = match failure.is_unhandled() {
        true => visit.snapshot.layers_around(visit.app).cloned(),
        false => Some(Arc::clone(visit.snapshot.layers(visit.app))),
    };
    let passed = match around {
        Some(layers) => through(visit, layers, answer).await,
        None => Ok(answer),
    };
    passed.map_or_else(|_| panicked(parts, visit), |answer| answer.map(AnswerBody::own))
}

/// A panic is Starlette's 500: its outermost middleware answers, so no other has seen it.
pub(super) fn panicked(parts: &Parts, visit: &mut Visit) -> Response<AnswerBody> {
    visit.error = Some(ErrorKind::Internal);
    parts.metrics.panics.inc();
    tracing::error!("a request panicked and was answered 500");
    parts.contract.failure(&Failure::Internal, AppId::OUTERMOST).map(AnswerBody::own)
}

async fn through_middleware(visit: &Visit, answer: Response<Bytes>) -> Result<Response<Bytes>, Failure> {
    through(visit, Arc::clone(visit.snapshot.layers(visit.app)), answer).await
}

async fn through(
    visit: &Visit,
    layers: Arc<[Middleware]>,
    answer: Response<Bytes>,
) -> Result<Response<Bytes>, Failure> {
    if !visit.asker.accepts_gzip() || answer.body().len() <= ON_THIS_THREAD {
        return Ok(middleware::pass(&layers, &visit.asker, answer));
    }
    let asker = visit.asker.clone();
    let passed = tokio::task::spawn_blocking(move || middleware::pass(&layers, &asker, answer));
    passed.await.map_err(|_| Failure::Internal)
}
