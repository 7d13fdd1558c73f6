//! A native handler answers, within its deadline and body limit.

use http::{Request, Response};

use super::add_cors;
use crate::{
    auth::Principal,
    contract::{Failure, path::PathParams},
    front::{
        Parts,
        body::{AnswerBody, Source},
        request_body::RequestBody,
        visit::Visit,
    },
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
    let answered = handler.answer(request);
    let mut answer = match policy.deadline {
        None => answered.await,
        Some(limit) => tokio::time::timeout(limit, answered).await.map_err(|_| Failure::Late)?,
    };
    if visit.received.too_large() {
        return Err(Failure::TooLarge);
    }
    if let Some(failure) = answer.extensions_mut().remove::<Failure>() {
        return Err(failure);
    }
    add_cors(visit, &mut answer);
    Ok(answer.map(|body| AnswerBody::new(Source::Native(body))))
}
