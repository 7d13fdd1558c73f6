//! Sends one request, and decides when and where it may be sent a second time.
//!
//! A request is sent again only when that can do nothing twice: no connection was to be had, hyper hands it back
//! unwritten, or, once, it is a GET, HEAD or OPTIONS without a body (RFC 9110 section 9.2.1) whose connection closed
//! before a single byte of an answer, and there is another instance to ask, or the connection was a *reused* one, which
//! is how a legacy that closes idle connections looks from here. All of it within a budget, but for what was handed back
//! by an idle connection: that was no attempt yet.

use std::{io, sync::Arc};

use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, Version, header::HOST, response};
use http_body::Body;
use hyper::{body::Incoming, client::conn::TrySendError};
use tracing::debug;

use super::{
    LegacyFailure,
    body::{Coming, LegacyBody},
    figures::Repeat,
    instances::{Fleet, Instances, Lease},
    lease::{Asked, Tried, lease},
    link::Link,
    plain::{Plain, Said},
    socket::replay::Unread,
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
    let is_plain = Plain::can_ask(&mut request).await;
    let mut stale = 0;
    let mut tried = Tried::default();
    instances.shared.asked();
    loop {
        let mut lease = lease(instances, fleet, &mut tried, is_plain).await?;
        if !named && let Ok(host) = HeaderValue::from_str(&lease.turn.instance.address.authority()) {
            // An HTTP/1.0 client names no host; uvicorn then answers for the address it listens on.
            request.headers_mut().insert(HOST, host);
        }
        let is_repeatable = is_repeatable(&request, &lease, fleet, &tried);
        let heard = lease.link.heard();
        asked.begin(&lease);
        let unread = match plainly(&mut lease, &request, is_plain).await {
            Some(Said::Answer(answer)) => {
                asked.end();
                let (head, length) = answer.into_parts();
                return Ok(streamed(head, Coming::Plain(length), lease, fleet));
            }
            Some(Said::Else(unread)) => Some(unread),
            None => None,
        };
        if unread.is_some() && lease.link.heard() == heard && is_repeatable && instances.shared.may_repeat() {
            asked.end();
            repeated(instances, fleet, &mut tried, &lease);
            continue;
        }
        // What was written is not sent again, however little hyper knows of it.
        let is_written = unread.is_some();
        let again = (is_repeatable && !is_written).then(|| Again::of(&request));
        let driven = Box::pin(driven(lease, *request, unread)).await;
        asked.end();
        let (lease, sent) = driven.map_err(LegacyFailure::Unreachable)?;
        let mut error = match sent {
            Ok(answer) => {
                let (head, incoming) = answer.into_parts();
                return Ok(streamed(head, Coming::Driven(incoming), lease, fleet));
            }
            Err(error) => error,
        };
        stale += 1;
        let unwritten = error.take_message().filter(|_| !is_written);
        let error = error.into_error();
        debug!(error = %error, reused = lease.reused, "legacy connection failed");
        let is_silent = lease.link.heard() == heard;
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
                repeated(instances, fleet, &mut tried, &lease);
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

/// Nothing where only hyper can ask.
async fn plainly(lease: &mut Lease, request: &Request<RequestBody>, is_plain: bool) -> Option<Said> {
    match &mut lease.link {
        Link::Plain(plain) if is_plain => Some(plain.ask(request).await),
        Link::Plain(_) | Link::Driven(_) => None,
    }
}

type Sent = Result<Response<Incoming>, TrySendError<Request<RequestBody>>>;

/// By hyper, which is told what came already where this was asked before.
async fn driven(
    lease: Lease,
    request: Request<RequestBody>,
    unread: Option<Unread>,
) -> io::Result<(Lease, Sent)> {
    let Lease { link, turn, reused, .. } = lease;
    let (mut driven, caught_up) = link.driven(unread).await?;
    let sent = driven.sender.try_send_request(request).await;
    caught_up.tell();
    Ok((Lease::new(Link::Driven(driven), turn, reused), sent))
}

/// Whether it may be sent once more if nothing comes of it.
fn is_repeatable(request: &Request<RequestBody>, lease: &Lease, fleet: &Fleet, tried: &Tried) -> bool {
    let is_harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_promising = lease.reused || tried.leaves_another(fleet);
    !tried.is_repeat && is_harmless && is_promising && request.body().is_end_stream()
}

/// Once, and on a fresh connection: what kills a worker must not kill them all.
fn repeated(instances: &Instances, fleet: &Fleet, tried: &mut Tried, lease: &Lease) {
    tried.repeated(lease, fleet);
    instances.shared.counts.repeated(Repeat::Unanswered);
}

/// What a second attempt needs where hyper has the request: kept with every such one, and rarely needed, so the headers are
/// a list and no map yet.
struct Again {
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Again {
    fn of(request: &Request<RequestBody>) -> Self {
        let headers = request.headers().iter().map(|(name, value)| (name.clone(), value.clone()));
        let (method, uri) = (request.method().clone(), request.uri().clone());
        Self { method, uri, headers: headers.collect() }
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
    mut head: response::Parts,
    coming: Coming,
    mut lease: Lease,
    fleet: &Fleet,
) -> Response<LegacyBody> {
    let instance = &lease.turn.instance;
    if head.status.is_server_error() && fleet.rules.eject.server_errors {
        instance.failed(head.status.as_str());
    } else {
        instance.answered();
    }
    // After an exception that only its outermost handler takes, uvicorn closes the connection without saying so in the
    // answer: whoever came next, another client perhaps, would be lost with it. After an answer in HTTP/1.0, hyper speaks
    // that on the connection, and leaves out the body of a request that has no length.
    if head.status.is_server_error() || head.version == Version::HTTP_10 {
        lease.spend();
    }
    // An HTTP/1.0 answer is delimited by close on that side only: the client keeps its connection.
    head.version = Version::HTTP_11;
    Response::from_parts(head, LegacyBody::new(coming, lease, &fleet.rules.limits))
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
