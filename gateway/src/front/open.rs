//! The first step: request id, client address, clock, and one snapshot of the running configuration.

use std::{sync::Arc, time::Instant};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use hyper::body::Incoming;
use uuid::Uuid;

use super::{Parts, client::Client, request_body::Received, visit::Visit};
use crate::{
    contract::asker::Asker,
    edge::look::Basis,
    host::Peer,
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
    let judged_by = basis.and_then(|basis| basis.downcast::<Running>().ok());
    parts.metrics.in_flight.inc();
    Box::new(Visit {
        parts: Arc::clone(parts),
        snapshot: judged_by.unwrap_or_else(|| parts.running.load_full()),
        request_id: request_id(request.headers()),
        client: Client::of(peer, request.headers(), &parts.proxies),
        started: Instant::now(),
        asker: Asker::of(request.headers()),
        app: AppId::OUTERMOST,
        label: Label::Elsewhere(Elsewhere::Refused),
        answered_by: AnsweredBy::Gateway,
        status: None,
        received: Arc::new(Received::default()),
        bytes_out: 0,
        complete: false,
        head_only: request.method() == Method::HEAD,
        upstream: None,
        error: None,
        reason: None,
    })
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
