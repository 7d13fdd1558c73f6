//! Runs a handler in its unit of work until it counts: what two transactions did to each other is run again.

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;

use super::{
    Service,
    reception::{Reading, Reception},
};
use crate::{
    contract::{Failure, answer::Reply, json::Framework},
    db::{Dealings, Unsettled},
};

pub(super) async fn answer(
    service: Service,
    reading: Reading,
    framework: Framework,
    mut dealings: Dealings,
    request: Request<Body>,
) -> Result<Response<Bytes>, Failure> {
    let (reception, head) = Reception::take(reading, framework, request).await?;
    loop {
        let mut request = Request::from_parts(head.clone(), Body::empty());
        request.extensions_mut().extend(reception.values().await?);
        let attempt = dealings.attempt(request.extensions_mut());
        let answer = whole(&service, framework, request).await;
        let stays = match &answer {
            Ok(answer) => answer.status().as_u16() < 400,
            Err(failure) => failure.comes_after_the_work(),
        };
        let conflict = match attempt.settle(stays).await {
            Ok(()) => return answer,
            Err(Unsettled::Failed(failure)) => return Err(failure),
            Err(Unsettled::Conflict(conflict)) => conflict,
        };
        dealings.pause(conflict).await?;
    }
}

/// A handler's body is in memory already; middlewares look at it as a whole. Nothing of the handler is left then.
async fn whole(
    service: &Service,
    framework: Framework,
    request: Request<Body>,
) -> Result<Response<Bytes>, Failure> {
    let answer = service(request).await;
    let (mut head, body) = answer.into_parts();
    if let Some(failure) = head.extensions.remove::<Failure>() {
        return Err(failure);
    }
    if let Some(reply) = head.extensions.remove::<Reply>() {
        return reply.render(framework);
    }
    let body = body.collect().await.map_err(|_| Failure::Internal)?.to_bytes();
    Ok(Response::from_parts(head, body))
}
