//! A native handler answers, within its deadline and body limit.

use std::time::Duration;

use http::{Request, Response};
use tokio::time::{Instant, timeout_at};

use super::through_middleware;
use crate::{
    auth::{Client, Principal},
    contract::{Failure, request::PathParams},
    db::{Mode, Terms},
    front::{Parts, body::AnswerBody, drain_body, request_body::RequestBody, visit::Visit},
    routes::{matching::RouteId, running::Policy},
};

/// Where the route has no deadline of its own: a transaction may not be open for ever.
const LONGEST: Duration = Duration::from_secs(30);

pub(super) async fn answer(
    parts: &Parts,
    visit: &Visit,
    mut request: Request<RequestBody>,
    id: RouteId,
    params: Vec<(String, String)>,
    policy: &Policy,
    principal: Option<Principal>,
) -> Result<Response<AnswerBody>, Failure> {
    let key = visit.snapshot.key(id);
    let Some(handler) = parts.native.find(key) else {
        // The routes file was validated against the handlers, so this is a bug of ours.
        return Err(Failure::Internal);
    };
    if !handler.wants_body() {
        drain_body::drain(&mut request).await;
    }
    let mut request = request.map(axum::body::Body::new);
    let client = Client::of(visit.client.ip, request.headers());
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(PathParams::of(params, key.template()));
    if let Some(principal) = principal {
        request.extensions_mut().insert(principal);
    }
    let limit = policy.deadline.unwrap_or(LONGEST);
    let until = Instant::now() + limit;
    let answered = timeout_at(until, handler.answer(request, Terms { mode: Mode::Real, until })).await;
    if visit.received.too_large() {
        return Err(Failure::TooLarge);
    }
    if visit.received.too_slow() {
        return Err(Failure::TooSlow);
    }
    let answer = answered.map_err(|_| Failure::Late)??;
    Ok(through_middleware(visit, answer).await?.map(AnswerBody::own))
}
