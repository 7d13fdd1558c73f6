//! The path of a request, written once and in order; each step is a room of its own.
//!
//! One snapshot of the running configuration serves a request from its first byte to its log line.

mod answer;
mod authenticate;
pub mod body;
mod carried;
mod client;
mod close;
mod drain_body;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod limit;
mod open;
mod own;
mod panic;
pub mod refuse;
pub mod request_body;
mod visit;

use std::{
    convert::Infallible,
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use arc_swap::ArcSwap;
use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use tower::Service;

pub use limit::Rates;

use crate::{
    auth::{
        Lookup, Principal, TokenProblem, Verifier, bridge::Bridge, revocation::Revocations,
        sessions::Confirmations, trust::TrustedHeaders,
    },
    contract::{Contract, Failure, profile::auth::OnStale},
    edge::Class,
    host::{Arrival, Drain},
    legacy::Legacy,
    limits::TrustedProxies,
    native::Handlers,
    parity::capture::Capture,
    routes::running::{Policy, Running},
    telemetry::{log::AccessLog, metrics::Metrics},
};
use body::AnswerBody;
use own::Found;
use request_body::RequestBody;
use visit::Visit;

/// The service that answers every request; clones share everything.
#[derive(Clone)]
pub struct Front {
    parts: Arc<Parts>,
}

/// What the steps work with.
pub struct Parts {
    pub running: Arc<ArcSwap<Running>>,
    pub verifier: Arc<Verifier>,
    pub revoked: Revocations,
    /// Where the route says nothing else.
    pub on_stale: OnStale,
    pub confirmations: Confirmations,
    pub lookup: Lookup,
    pub bridge: Bridge,
    pub trusted: TrustedHeaders,
    pub proxies: TrustedProxies,
    pub rates: Rates,
    pub legacy: Legacy,
    pub native: Handlers,
    pub contract: Contract,
    pub metrics: Metrics,
    pub log: AccessLog,
    pub capture: Capture,
    pub drain: Arc<Drain>,
}

impl Front {
    pub fn new(parts: Parts) -> Self {
        // There from the start, or the first increase would not be one.
        for problem in TokenProblem::all() {
            parts.metrics.auth_refused.with_label_values(&[problem.name()]);
            parts.metrics.auth_reported.with_label_values(&[problem.name()]);
        }
        Self { parts: Arc::new(parts) }
    }
}

impl Service<Arrival> for Front {
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    // Boxed: one allocation a request instead of 4 KiB in every idle connection.
    type Future = Pin<Box<dyn Future<Output = Result<Response<AnswerBody>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, Arrival { request, peer, refused, basis }: Arrival) -> Self::Future {
        let parts = Arc::clone(&self.parts);
        Box::pin(async move {
            let mut visit = open::open(&parts, &request, peer, basis);
            // By reference: each function that takes a future by value keeps a second place for all of it.
            let answered = panic::caught(pin!(steps(&parts, &mut visit, request, refused))).await;
            let answer = match answered {
                Some(Ok(answer)) => answer,
                Some(Err(failure)) => Box::pin(answer::failed(&parts, &mut visit, &failure)).await,
                None => answer::panicked(&parts, &mut visit),
            };
            Ok(close::close(&parts, visit, answer))
        })
    }
}

/// Everything between the first byte of a request and the head of its answer.
async fn steps(
    parts: &Parts,
    visit: &mut Visit,
    request: Request<Incoming>,
    refused: Option<Class>,
) -> Result<Response<AnswerBody>, Failure> {
    let received = Arc::clone(&visit.received);
    // Boxed: every step that is given it by value would keep a place for all of it.
    let pace = visit.snapshot.limits.body_pace;
    let mut request = Box::new(request.map(|incoming| RequestBody::new(incoming, received, pace)));
    if refused.is_some() {
        visit.refused_by_bytes = true;
        // Whoever answers: behind such a head may be what its client takes for its body, or for other requests.
        visit.client.met().leave_unread();
    }
    limit::shed(parts, visit)?;
    let found = find(parts, visit, &request, refused);
    let within = found.and_then(|found| limit::by_address(parts, visit, &found).map(|()| found));
    let admitted = match within {
        Ok(found) => admit(parts, visit, found, request.headers()).await,
        Err(failure) => Err(failure),
    };
    let (found, principal, policy) = match admitted {
        Ok(admitted) => admitted,
        Err(failure) => {
            Box::pin(drain_body::drain(&mut request)).await;
            return Err(failure);
        }
    };
    parts.trusted.strip(request.headers_mut());
    answer::answer(parts, visit, request, found, policy, principal).await
}

/// The route, unless two readers of these bytes would disagree about it.
fn find(
    parts: &Parts,
    visit: &mut Visit,
    request: &Request<RequestBody>,
    refused: Option<Class>,
) -> Result<Found, Failure> {
    let snapshot = Arc::clone(&visit.snapshot);
    let raw = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let target = snapshot.matcher.read_target(raw);
    refuse::refuse(parts, visit, request, &target, refused)?;
    Ok(own::find(visit, request, &target))
}

/// Who asks, and under which policy: decided without a look at the body.
async fn admit(
    parts: &Parts,
    visit: &mut Visit,
    found: Found,
    headers: &HeaderMap,
) -> Result<(Found, Option<Principal>, Policy), Failure> {
    let principal = authenticate::authenticate(parts, visit, &found, headers).await;
    // Who guesses at tokens is nobody yet, and is counted by address.
    let subject = principal.as_ref().ok().and_then(Option::as_ref);
    limit::by_subject(parts, visit, &found, subject)?;
    let principal = principal?;
    let policy = own::policy(visit, &found)?;
    Ok((found, principal, policy))
}
