//! One request while it is in the house: what is observed of it, and the line it leaves when it is over.

use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use http::{HeaderValue, StatusCode};

use super::{Parts, request_body::Received};
use crate::{
    contract::middleware::Asker,
    routes::{matching::RouteId, running::Running},
    telemetry::access::AccessLine,
};

/// Written to the log when dropped: at the end of the answer's body, or when the client goes away before.
pub(super) struct Visit {
    pub(super) parts: Arc<Parts>,
    pub(super) snapshot: Arc<Running>,
    pub(super) request_id: HeaderValue,
    pub(super) client: IpAddr,
    pub(super) started: Instant,
    pub(super) asker: Asker,
    pub(super) label: Label,
    pub(super) answered_by: AnsweredBy,
    pub(super) status: Option<StatusCode>,
    pub(super) received: Arc<Received>,
    pub(super) bytes_out: u64,
    pub(super) complete: bool,
}

/// What a request is called in log and metrics.
#[derive(Clone, Copy)]
pub(super) enum Label {
    Route(RouteId),
    /// Not a route of the lock: the step at which it left the path says why.
    Other(&'static str),
}

#[derive(Clone, Copy)]
pub(super) enum AnsweredBy {
    Gateway,
    Legacy,
    Native,
    Deny,
}

impl AnsweredBy {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Legacy => "legacy",
            Self::Native => "native",
            Self::Deny => "deny",
        }
    }
}

impl Visit {
    fn route(&self) -> &str {
        match self.label {
            Label::Route(id) => self.snapshot.key(id).as_str(),
            Label::Other(name) => name,
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        // nginx's 499: the client was gone before there was an answer.
        let gone = StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST);
        let status = self.status.unwrap_or(gone);
        let elapsed = self.started.elapsed();
        let owner = self.answered_by.name();
        self.parts.metrics.observe(self.route(), owner, class(status), elapsed);
        AccessLine {
            request_id: self.request_id.to_str().unwrap_or(""),
            route: self.route(),
            owner,
            status,
            elapsed,
            bytes_in: self.received.bytes.load(Ordering::Relaxed),
            bytes_out: self.bytes_out,
            complete: self.complete,
        }
        .write();
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}
