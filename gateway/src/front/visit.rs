//! One request while it is in the house: what is observed of it, and the line it leaves when it is over.

use std::{
    mem,
    sync::{Arc, atomic::Ordering},
    time::{Instant, SystemTime},
};

use http::{HeaderValue, StatusCode};

use super::{Parts, client::Client, request_body::Received};
use crate::{
    contract::asker::Asker,
    legacy::address::LegacyAddress,
    limits::Limit,
    parity::capture::{End, Tap},
    routes::{matching::AppId, running::Running},
    telemetry::{
        access::AccessLine,
        error::ErrorKind,
        labels::{AnsweredBy, Label, StatusClass},
    },
};

/// Written to the log when dropped: at the end of the answer's body, or when the client goes away before.
pub(super) struct Visit {
    pub(super) parts: Arc<Parts>,
    pub(super) snapshot: Arc<Running>,
    pub(super) request_id: HeaderValue,
    pub(super) client: Client,
    pub(super) started: Instant,
    pub(super) asker: Asker,
    /// Whose words and middlewares an answer of ours has.
    pub(super) app: AppId,
    pub(super) label: Label,
    pub(super) answered_by: AnsweredBy,
    pub(super) status: Option<StatusCode>,
    pub(super) received: Arc<Received>,
    /// While requests are recorded.
    pub(super) tap: Option<Tap>,
    pub(super) bytes_out: u64,
    pub(super) complete: bool,
    /// A HEAD: an answer without its body is whole.
    pub(super) head_only: bool,
    /// Which instance of the legacy answered.
    pub(super) upstream: Option<LegacyAddress>,
    pub(super) error: Option<ErrorKind>,
    /// The door refused its head, which stands for bytes that nobody can read for certain.
    pub(super) refused_by_bytes: bool,
    /// The limit that was met, or the rule of the door.
    pub(super) reason: Option<&'static str>,
}

impl Visit {
    pub(super) fn meet(&mut self, limit: Limit) {
        self.parts.metrics.limited(limit);
        self.reason = Some(limit.name());
    }

    /// How it ended, for whoever records it.
    fn end(&self, error: Option<ErrorKind>) -> End {
        let route = match self.label {
            Label::Route(id) => self.snapshot.matcher.route(id).key.as_str(),
            Label::Elsewhere(_) => "",
        };
        End {
            route: route.to_owned(),
            owner: self.answered_by.name(),
            broken: error.filter(|_| !self.complete).map(ErrorKind::name),
            is_unread: !self.received.is_over(),
            is_unreadable: self.refused_by_bytes,
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        // nginx's 499: the client was gone before there was an answer.
        let gone = StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST);
        let status = self.status.unwrap_or(gone);
        let elapsed = self.started.elapsed();
        let unwritten = self.client.met().unwritten();
        self.complete &= unwritten == 0;
        let error = self.error.or((!self.complete).then_some(ErrorKind::ClientLeft));
        if self.received.too_slow() {
            self.meet(Limit::BodyPace);
        }
        // Found behind an answer that had begun: nobody was refused for it.
        if self.received.too_large() && self.reason != Some(Limit::Body.name()) {
            self.meet(Limit::Body);
        }
        if self.received.abandoned() {
            self.client.met().leave_unread();
        }
        // That of the connection is counted where it was met.
        let reason = self.reason.or_else(|| self.client.met().limit().map(Limit::name));
        if let Some(tap) = self.tap.take() {
            tap.end(self.end(error));
        }
        let metrics = &self.parts.metrics;
        metrics.in_flight.dec();
        if let Some(kind) = error {
            metrics.error(kind);
        }
        metrics.traffic.answered(self.label, self.answered_by, StatusClass::of(status), elapsed);
        let line = AccessLine {
            at: SystemTime::now(),
            request_id: mem::replace(&mut self.request_id, HeaderValue::from_static("")),
            routes: Arc::clone(&self.snapshot.matcher),
            label: self.label,
            owner: self.answered_by,
            upstream: self.upstream.take(),
            revision: self.snapshot.revision,
            status,
            elapsed,
            bytes_in: self.received.bytes.load(Ordering::Relaxed),
            bytes_out: self.bytes_out - unwritten.min(self.bytes_out),
            complete: self.complete,
            error,
            reason,
            client: metrics.client_names.name(self.client.ip),
        };
        if !self.parts.log.keep(line) {
            metrics.log_lost.inc();
        }
    }
}
