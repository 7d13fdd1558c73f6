//! The legacy is gone: what its framework would say to a request that reaches no route, the gateway says.

use bytes::Bytes;
use http::{Request, Response, header::HOST};

use super::{super::drain_body, through_middleware};
use crate::{
    contract::{
        Failure,
        middleware::preflight,
        unrouted::{Unrouted, redirect, websocket_refused},
    },
    front::{Parts, body::AnswerBody, request_body::RequestBody, visit::Visit},
    routes::authority::Authority,
};

pub(super) async fn answer(
    parts: &Parts,
    visit: &Visit,
    mut request: Request<RequestBody>,
    unrouted: &Unrouted,
) -> Result<Response<AnswerBody>, Failure> {
    drain_body::drain(&mut request).await;
    let answer = match unrouted {
        Unrouted::Preflight => {
            let answer = preflight(visit.snapshot.layers(visit.app), &visit.asker, request.headers());
            return answer.map(|answer| answer.map(AnswerBody::own)).ok_or(Failure::Internal);
        }
        Unrouted::WebSocket => return Ok(websocket_refused().map(|_| AnswerBody::nothing())),
        Unrouted::Raises => return Err(Failure::LegacyRaises),
        Unrouted::NotFound => parts.contract.not_found(visit.app),
        Unrouted::MethodNotAllowed { allow } => parts.contract.method_not_allowed(visit.app, allow),
        Unrouted::SlashRedirect { location } => redirected(visit, &request, location),
    };
    let answer = through_middleware(visit, answer).await?;
    Ok(answer.map(|body| if body.is_empty() { AnswerBody::nothing() } else { AnswerBody::own(body) }))
}

fn redirected(visit: &Visit, request: &Request<RequestBody>, location: &str) -> Response<Bytes> {
    let host = request.headers().get(HOST);
    let checks = visit.snapshot.matcher.checks_hosts();
    let authority = host.and_then(|host| Authority::of(host.as_bytes(), checks));
    redirect(authority.as_ref(), visit.client.said.scheme.to_str().unwrap_or("http"), location)
}
