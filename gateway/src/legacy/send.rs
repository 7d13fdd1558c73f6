//! Sends one request, and decides when it may be sent a second time.
//!
//! A request is sent again only when that can do nothing twice: hyper hands it back unwritten, or, once, it is a
//! safe request without a body (RFC 9110 section 9.2.1) on a *reused* connection that closed before a single
//! byte of an answer, which is how a legacy that closes idle connections looks from here.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::{HeaderName, HeaderValue, Method, Request, Response, Uri, Version, header::HOST};
use http_body::Body;
use tracing::debug;

use super::{
    LegacyFailure, address::LegacyAddress, body::LegacyBody, connect::connect, pool::Lease, pool::Pool,
};
use crate::front::request_body::{Received, RequestBody};

/// Idle connections tried before a fresh one is opened: each may turn out to have closed just now.
const STALE_MOST: usize = 3;

static TURN: AtomicUsize = AtomicUsize::new(0);

pub(super) async fn send(
    pool: &Arc<Pool>,
    addresses: &[LegacyAddress],
    mut request: Box<Request<RequestBody>>,
) -> Result<Response<LegacyBody>, LegacyFailure> {
    *request.version_mut() = Version::HTTP_11;
    let received = request.body().received();
    let named = request.headers().contains_key(HOST);
    let mut stale = 0;
    let mut replayed = false;
    loop {
        let mut lease = match take(pool, addresses, stale < STALE_MOST && !replayed).await {
            Ok(lease) => lease,
            Err(error) => return Err(LegacyFailure::Unreachable(error)),
        };
        if !named && let Ok(host) = HeaderValue::from_str(&lease.address.authority()) {
            // An HTTP/1.0 client names no host; uvicorn then answers for the address it listens on.
            request.headers_mut().insert(HOST, host);
        }
        let again = Again::of(&request, lease.reused);
        let heard = lease.link.heard.bytes();
        match lease.link.sender.try_send_request(*request).await {
            Ok(answer) => return Ok(streamed(answer, lease)),
            Err(mut error) => {
                stale += 1;
                let unwritten = error.take_message();
                let error = error.into_error();
                debug!(error = %error, reused = lease.reused, "legacy connection failed");
                request = match (unwritten, again) {
                    (Some(request), _) if stale <= STALE_MOST => Box::new(request),
                    // Once, and on a fresh connection: what kills a worker must not kill them all.
                    (None, Some(again)) if lease.link.heard.bytes() == heard => {
                        replayed = true;
                        Box::new(again.request())
                    }
                    _ => return Err(failure(error, &received)),
                };
            }
        }
    }
}

/// An idle connection if there is one, else a new one; an instance that refuses is passed over for the next.
async fn take(pool: &Arc<Pool>, addresses: &[LegacyAddress], reuse: bool) -> std::io::Result<Lease> {
    let turn = if addresses.len() > 1 { TURN.fetch_add(1, Ordering::Relaxed) } else { 0 };
    let mut refused = std::io::Error::new(std::io::ErrorKind::NotFound, "no legacy address is configured");
    for offset in 0..addresses.len() {
        let address = &addresses[(turn + offset) % addresses.len()];
        if reuse && let Some(lease) = pool.checkout(address) {
            return Ok(lease);
        }
        match Box::pin(connect(address)).await {
            Ok(link) => return Ok(pool.lease(link, address)),
            Err(error) => {
                pool.counts.failed(&error);
                refused = error;
            }
        }
    }
    Err(refused)
}

/// What a second attempt needs, where it cannot do anything twice: kept with every such request, and rarely needed, so
/// the headers are a list and no map yet.
struct Again {
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Again {
    fn of(request: &Request<RequestBody>, reused: bool) -> Option<Self> {
        if !reused || !request.method().is_safe() || !request.body().is_end_stream() {
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

fn streamed(answer: Response<hyper::body::Incoming>, mut lease: Lease) -> Response<LegacyBody> {
    // After an exception that only its outermost handler takes, uvicorn closes the connection without saying so in the
    // answer: whoever came next, another client perhaps, would be lost with it.
    if answer.status().is_server_error() {
        lease.spend();
    }
    let (mut parts, incoming) = answer.into_parts();
    // An HTTP/1.0 answer is delimited by close on that side only: the client keeps its connection.
    parts.version = Version::HTTP_11;
    Response::from_parts(parts, LegacyBody::new(incoming, lease))
}

fn failure(error: hyper::Error, received: &Received) -> LegacyFailure {
    if received.too_large() {
        LegacyFailure::TooLarge
    } else if error.is_user() || received.broke_off() {
        LegacyFailure::ClientBody(error)
    } else {
        LegacyFailure::NoAnswer(error)
    }
}
