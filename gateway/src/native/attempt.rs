//! Runs a handler in its unit of work until it counts: what two transactions did to each other is run again.

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{Service, replay::Tape};
use crate::{
    contract::Failure,
    db::{Dealings, Unsettled},
};

pub(super) async fn answer(
    service: Service,
    mut dealings: Dealings,
    request: Request<Body>,
) -> Result<Response<Bytes>, Failure> {
    let (head, body) = request.into_parts();
    let tape = Tape::new(body);
    loop {
        let mut request = Request::from_parts(head.clone(), tape.play());
        let attempt = dealings.attempt(request.extensions_mut());
        let answer = whole(&service, request).await;
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
async fn whole(service: &Service, request: Request<Body>) -> Result<Response<Bytes>, Failure> {
    let answer = service.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
    let (mut head, body) = answer.into_parts();
    if let Some(failure) = head.extensions.remove::<Failure>() {
        return Err(failure);
    }
    let body = body.collect().await.map_err(|_| Failure::Internal)?.to_bytes();
    Ok(Response::from_parts(head, body))
}
