//! The one log line of a request: the names of its fields, as `docs/observability.md` explains them.
//!
//! The route is logged, never the raw path: paths carry secrets. So do bodies, headers and tokens.

pub(super) mod known;

use std::{
    io::{self, Write},
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::{HeaderValue, StatusCode};
use serde::Serialize;
use tracing::info;

use self::known::Known;
use super::{
    client::ClientName,
    error::ErrorKind,
    labels::{AnsweredBy, Label},
};
use crate::{legacy::address::LegacyAddress, routes::matching::Matcher};

/// What is known when a request is over: nothing of it is text yet, so that to keep it costs the request little.
#[derive(Clone)]
pub struct AccessLine {
    pub at: SystemTime,
    pub request_id: HeaderValue,
    /// Knows the route by its number.
    pub routes: Arc<Matcher>,
    pub label: Label,
    pub owner: AnsweredBy,
    /// What is `None` leaves no field.
    pub upstream: Option<LegacyAddress>,
    /// Of the configuration that decided all of it.
    pub revision: u64,
    /// 499 when the client went away before there was an answer.
    pub status: StatusCode,
    pub elapsed: Duration,
    pub bytes_in: u64,
    pub bytes_out: u64,
    /// False when the answer broke off: the client left, or whoever answered did.
    pub complete: bool,
    pub error: Option<ErrorKind>,
    /// What exactly: the limit that was met, or the rule of the door.
    pub reason: Option<&'static str>,
    pub client: ClientName,
}

impl AccessLine {
    fn route(&self) -> &str {
        match self.label {
            Label::Route(id) => self.routes.route(id).key.as_str(),
            Label::Elsewhere(elsewhere) => elsewhere.name(),
        }
    }

    fn request_id(&self) -> &str {
        self.request_id.to_str().unwrap_or("")
    }

    fn elapsed_ms(&self) -> f64 {
        (self.elapsed.as_secs_f64() * 1e6).round() / 1e3
    }

    /// Among all other lines, in whatever form those are.
    pub(super) fn tell(&self) {
        info!(
            request_id = self.request_id(),
            route = self.route(),
            owner = self.owner.name(),
            upstream = self.upstream.as_ref().map(LegacyAddress::authority),
            revision = self.revision,
            status = self.status.as_u16(),
            elapsed_ms = self.elapsed_ms(),
            bytes_in = self.bytes_in,
            bytes_out = self.bytes_out,
            complete = self.complete,
            error.kind = self.error.map(ErrorKind::name),
            error.origin = self.error.map(ErrorKind::origin),
            error.reason = self.reason,
            client_ip = %self.client,
            "request"
        );
    }

    /// The same as JSON, byte for byte as the log writes its other lines. Each request pays for it, so almost nothing is
    /// formatted.
    pub(super) fn write(&self, lines: &mut Vec<u8>, known: &mut Known) -> io::Result<()> {
        lines.extend_from_slice(br#"{"timestamp":""#);
        known.time(self.at, lines);
        lines.extend_from_slice(br#"","level":"INFO","message":"request","request_id":"#);
        json(lines, self.request_id())?;
        lines.extend_from_slice(br#","route":"#);
        json(lines, self.route())?;
        lines.extend_from_slice(br#","owner":"#);
        json(lines, self.owner.name())?;
        if let Some(upstream) = &self.upstream {
            lines.extend_from_slice(br#","upstream":"#);
            lines.extend_from_slice(known.upstream(upstream).as_bytes());
        }
        lines.extend_from_slice(br#","revision":"#);
        json(lines, &self.revision)?;
        lines.extend_from_slice(br#","status":"#);
        lines.extend_from_slice(self.status.as_str().as_bytes());
        lines.extend_from_slice(br#","elapsed_ms":"#);
        json(lines, &self.elapsed_ms())?;
        lines.extend_from_slice(br#","bytes_in":"#);
        json(lines, &self.bytes_in)?;
        lines.extend_from_slice(br#","bytes_out":"#);
        json(lines, &self.bytes_out)?;
        lines.extend_from_slice(br#","complete":"#);
        json(lines, &self.complete)?;
        if let Some(kind) = self.error {
            let (kind, origin) = (kind.name(), kind.origin());
            write!(lines, r#","error.kind":"{kind}","error.origin":"{origin}""#)?;
        }
        if let Some(reason) = self.reason {
            write!(lines, r#","error.reason":"{reason}""#)?;
        }
        lines.extend_from_slice(br#","client_ip":""#);
        lines.extend_from_slice(&self.client.hex());
        lines.extend_from_slice(b"\"}\n");
        Ok(())
    }
}

fn json<T: Serialize + ?Sized>(lines: &mut Vec<u8>, value: &T) -> io::Result<()> {
    Ok(serde_json::to_writer(lines, value)?)
}

#[cfg(test)]
pub(super) mod tests;
