//! Sends one request, and decides when and where it may be sent a second time.
//!
//! A request is sent again only when that can do nothing twice: no connection was to be had, hyper hands it back
//! unwritten, or, once, it is a GET, HEAD or OPTIONS without a body (RFC 9110 section 9.2.1) whose connection closed
//! before a single byte of an answer, and there is another instance to ask, or the connection was a *reused* one, which
//! is how a legacy that closes idle connections looks from here. All of it within a budget, but for what was handed back
//! by an idle connection: that was no attempt yet.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, Version, header::HOST};
use http_body::Body;
use tracing::debug;

use super::{
    LegacyFailure,
    body::LegacyBody,
    figures::Repeat,
    instances::{Fleet, Instances, Lease},
    lease::{Asked, Tried, lease},
};
use crate::front::request_body::{Received, RequestBody};

/// Idle connections tried before a fresh one is opened: each may turn out to have closed just now.
const STALE_MOST: usize = 3;

pub(super) async fn send(
    instances: &Instances,
    fleet: &Arc<Fleet>,
    mut request: Box<Request<RequestBody>>,
    asked: &Asked,
) -> Result<Response<LegacyBody>, LegacyFailure> {
    *request.version_mut() = Version::HTTP_11;
    let received = request.body().received();
    let named = request.headers().contains_key(HOST);
    let mut stale = 0;
    let mut tried = Tried::default();
    instances.shared.asked();
    loop {
        let mut lease = lease(instances, fleet, &mut tried).await?;
        if !named && let Ok(host) = HeaderValue::from_str(&lease.turn.instance.address.authority()) {
            // An HTTP/1.0 client names no host; uvicorn then answers for the address it listens on.
            request.headers_mut().insert(HOST, host);
        }
        let again = Again::of(&request, &lease, fleet, &tried);
        let heard = lease.link.heard.bytes();
        asked.begin(&lease);
        let sent = lease.link.sender.try_send_request(*request).await;
        asked.end();
        match sent {
            Ok(answer) => return Ok(streamed(answer, lease, fleet)),
            Err(mut error) => {
                stale += 1;
                let unwritten = error.take_message();
                let error = error.into_error();
                debug!(error = %error, reused = lease.reused, "legacy connection failed");
                let is_silent = lease.link.heard.bytes() == heard;
                request = match (unwritten, again) {
                    (Some(request), _) if stale <= STALE_MOST => {
                        tried.is_stale = stale >= STALE_MOST;
                        if !lease.reused && !instances.shared.may_repeat() {
                            return Err(failure(error, &received));
                        }
                        instances.shared.counts.repeated(Repeat::Unwritten);
                        Box::new(request)
                    }
                    (None, Some(again)) if is_silent && instances.shared.may_repeat() => {
                        // Once, and on a fresh connection: what kills a worker must not kill them all.
                        tried.repeated(&lease, fleet);
                        instances.shared.counts.repeated(Repeat::Unanswered);
                        Box::new(again.request())
                    }
                    _ => {
                        let failure = failure(error, &received);
                        if let LegacyFailure::NoAnswer(error) = &failure {
                            lease.turn.instance.failed(&error.to_string());
                        }
                        return Err(failure);
                    }
                };
            }
        }
    }
}

/// What a second attempt needs, where it cannot do anything twice: kept with every such request, and rarely needed, so
/// the headers are a list and no map yet.
struct Again {
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Again {
    fn of(request: &Request<RequestBody>, lease: &Lease, fleet: &Fleet, tried: &Tried) -> Option<Self> {
        let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        let is_promising = lease.reused || tried.leaves_another(fleet);
        if tried.is_repeat || !harmless || !is_promising || !request.body().is_end_stream() {
            return None;
        }
        let headers = request.headers().iter().map(|(name, value)| (name.clone(), value.clone()));
        let (method, uri) = (request.method().clone(), request.uri().clone());
        Some(Self { method, uri, headers: headers.collect() })
    }

    fn request(self) -> Request<RequestBody> {
        let mut request = Request::new(RequestBody::empty());
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        for (name, value) in self.headers {
            request.headers_mut().append(name, value);
        }
        request
    }
}

fn streamed(
    answer: Response<hyper::body::Incoming>,
    mut lease: Lease,
    fleet: &Fleet,
) -> Response<LegacyBody> {
    let instance = &lease.turn.instance;
    if answer.status().is_server_error() && fleet.rules.eject.server_errors {
        instance.failed(answer.status().as_str());
    } else {
        instance.answered();
    }
    // After an exception that only its outermost handler takes, uvicorn closes the connection without saying so in the
    // answer: whoever came next, another client perhaps, would be lost with it. After an answer in HTTP/1.0, hyper speaks
    // that on the connection, and leaves out the body of a request that has no length.
    if answer.status().is_server_error() || answer.version() == Version::HTTP_10 {
        lease.spend();
    }
    let (mut parts, incoming) = answer.into_parts();
    // An HTTP/1.0 answer is delimited by close on that side only: the client keeps its connection.
    parts.version = Version::HTTP_11;
    Response::from_parts(parts, LegacyBody::new(incoming, lease, &fleet.rules.limits))
}

fn failure(error: hyper::Error, received: &Received) -> LegacyFailure {
    if received.too_large() {
        LegacyFailure::TooLarge
    } else if received.too_slow() {
        LegacyFailure::TooSlow
    } else if error.is_user() || received.broke_off() {
        LegacyFailure::ClientBody(error)
    } else {
        LegacyFailure::NoAnswer(error)
    }
}
