//! A native handler answers, within its deadline and body limit.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;

use super::through_middleware;
use crate::{
    auth::Principal,
    contract::{Failure, path::PathParams},
    front::{Parts, body::AnswerBody, request_body::RequestBody, visit::Visit},
    routes::{matching::RouteId, running::Policy},
};

pub(super) async fn answer(
    parts: &Parts,
    visit: &Visit,
    request: Request<RequestBody>,
    id: RouteId,
    params: Vec<(String, String)>,
    policy: &Policy,
    principal: Option<Principal>,
) -> Result<Response<AnswerBody>, Failure> {
    let Some(handler) = parts.native.find(visit.snapshot.key(id)) else {
        // The routes file was validated against the handlers, so this is a bug of ours.
        return Err(Failure::Internal);
    };
    let mut request = request.map(axum::body::Body::new);
    request.extensions_mut().insert(PathParams::new(params));
    if let Some(principal) = principal {
        request.extensions_mut().insert(principal);
    }
    let answered = whole(handler.answer(request));
    let mut answer = match policy.deadline {
        None => answered.await,
        Some(limit) => tokio::time::timeout(limit, answered).await.map_err(|_| Failure::Late)?,
    }?;
    if visit.received.too_large() {
        return Err(Failure::TooLarge);
    }
    if let Some(failure) = answer.extensions_mut().remove::<Failure>() {
        return Err(failure);
    }
    Ok(through_middleware(visit, answer).await?.map(AnswerBody::own))
}

/// A handler's body is in memory already; middlewares look at it as a whole.
async fn whole(answer: impl Future<Output = Response<axum::body::Body>>) -> Result<Response<Bytes>, Failure> {
    let (head, body) = answer.await.into_parts();
    let body = body.collect().await.map_err(|_| Failure::Internal)?.to_bytes();
    Ok(Response::from_parts(head, body))
}
