//! The one log line of a request: the names of its fields, as `docs/observability.md` explains them.
//!
//! The route is logged, never the raw path: paths carry secrets. So do bodies, headers and tokens.

use std::time::Duration;

use http::StatusCode;
use tracing::info;

use super::{client::ClientName, error::ErrorKind};
use crate::legacy::address::LegacyAddress;

/// What is known when a request is over. What is `None` leaves no field.
pub struct AccessLine<'a> {
    pub request_id: &'a str,
    pub route: &'a str,
    pub owner: &'static str,
    pub upstream: Option<&'a LegacyAddress>,
    /// 499 when the client went away before there was an answer.
    pub status: StatusCode,
    pub elapsed: Duration,
    pub bytes_in: u64,
    pub bytes_out: u64,
    /// False when the answer broke off: the client left, or whoever answered did.
    pub complete: bool,
    pub error: Option<ErrorKind>,
    pub client: ClientName,
}

impl AccessLine<'_> {
    pub fn write(&self) {
        info!(
            request_id = self.request_id,
            route = self.route,
            owner = self.owner,
            upstream = self.upstream.map(LegacyAddress::authority),
            status = self.status.as_u16(),
            elapsed_ms = (self.elapsed.as_secs_f64() * 1e6).round() / 1e3,
            bytes_in = self.bytes_in,
            bytes_out = self.bytes_out,
            complete = self.complete,
            error.kind = self.error.map(ErrorKind::name),
            error.origin = self.error.map(ErrorKind::origin),
            client_ip = %self.client,
            "request"
        );
    }
}
