//! The first step: request id, client address, clock, and one snapshot of the running configuration.

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header::USER_AGENT};
use hyper::body::Incoming;
use uuid::Uuid;

use super::{Parts, client::Client, refuse::door::Seen, request_body::Received, visit::Visit};
use crate::{
    contract::asker::Asker,
    edge::look::Basis,
    host::Peer,
    parity::capture::{Beginning, Head, ParsedHead, Tap},
    routes::{matching::AppId, running::Running},
    telemetry::labels::{AnsweredBy, Elsewhere, Label},
};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A client's own id is kept up to this length.
const ID_LONGEST: usize = 128;

/// The door may have judged by another configuration than the one in force by now: its own holds to the end.
pub(super) fn open(
    parts: &Arc<Parts>,
    request: &Request<Incoming>,
    peer: Peer,
    basis: Option<Basis>,
) -> Box<Visit> {
    let (judged_by, head) = judged(basis);
    parts.metrics.in_flight.inc();
    let client = Client::of(peer, request.headers(), &parts.proxies);
    let tap = tap(parts, request, &client, head);
    Box::new(Visit {
        parts: Arc::clone(parts),
        snapshot: judged_by.unwrap_or_else(|| parts.running.load_full()),
        request_id: request_id(request.headers()),
        client,
        started: Instant::now(),
        asker: Asker::of(request.headers()),
        app: AppId::OUTERMOST,
        label: Label::Elsewhere(Elsewhere::Refused),
        answered_by: AnsweredBy::Gateway,
        status: None,
        received: Arc::new(Received::heard_by(tap.clone())),
        tap,
        bytes_out: 0,
        complete: false,
        head_only: request.method() == Method::HEAD,
        upstream: None,
        error: None,
        refused_by_bytes: false,
        reason: None,
    })
}

/// The configuration and, while requests are recorded, the head as it came.
fn judged(basis: Option<Basis>) -> (Option<Arc<Running>>, Option<Bytes>) {
    match basis.map(|basis| basis.downcast::<Running>()) {
        None => (None, None),
        Some(Ok(running)) => (Some(running), None),
        Some(Err(basis)) => match basis.downcast_ref::<Seen>() {
            Some(Seen { running, head }) => (Some(Arc::clone(running)), Some(head.clone())),
            None => (None, None),
        },
    }
}

/// Of a head that was judged before recording began nothing is left but what hyper made of it.
fn tap(parts: &Parts, request: &Request<Incoming>, client: &Client, head: Option<Bytes>) -> Option<Tap> {
    parts.capture.begin(|| Beginning {
        head: head.map_or_else(|| parsed(request), Head::Raw),
        client: client.ip,
        agent: request.headers().get(USER_AGENT).map_or(b"", HeaderValue::as_bytes),
    })
}

fn parsed(request: &Request<Incoming>) -> Head {
    let target = request.uri().path_and_query();
    Head::Parsed(Box::new(ParsedHead {
        method: request.method().clone(),
        target: target.map_or("", |target| target.as_str()).to_owned(),
        version: request.version(),
        headers: request.headers().clone(),
    }))
}

/// The client's id where it is well-formed, so that one id follows a request through several systems.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    match headers.get(REQUEST_ID) {
        // A copy: as a piece of what was read from the client, it would keep all of that until its line is written.
        Some(id) if is_well_formed(id.as_bytes()) => {
            HeaderValue::from_bytes(id.as_bytes()).unwrap_or(HeaderValue::from_static("-"))
        }
        _ => {
            let mut text = Uuid::encode_buffer();
            let text = Uuid::new_v4().hyphenated().encode_lower(&mut text);
            HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("-"))
        }
    }
}

fn is_well_formed(id: &[u8]) -> bool {
    !id.is_empty()
        && id.len() <= ID_LONGEST
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_kept_only_when_it_can_do_no_harm_in_a_log() {
        for good in ["a", "0b2c-4d", "trace:1.2_3"] {
            assert!(is_well_formed(good.as_bytes()), "{good}");
        }
        let long = "a".repeat(ID_LONGEST + 1);
        for bad in ["", "a b", "a\"b", "a;b", "\u{e9}", long.as_str()] {
            assert!(!is_well_formed(bad.as_bytes()), "{bad}");
        }
    }
}
