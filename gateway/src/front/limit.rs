//! Whether there is room for a request: a place among those under way, and what is left of its client's rate.
//!
//! Asked before anything is done for it, so that a refusal costs next to nothing.

mod gcra;
mod rates;

use std::time::Duration;

pub use rates::Rates;

use super::{Parts, own::Found, visit::Visit};
use crate::{
    auth::Principal,
    contract::Failure,
    limits::{Limit, Per, Rate},
    telemetry::metrics::Metrics,
};

/// After this long the crowd may be smaller.
const SOON: Duration = Duration::from_secs(1);

/// Too many are under way: the cheapest of answers.
pub(super) fn shed(parts: &Parts, visit: &mut Visit) -> Result<(), Failure> {
    // This one is among them.
    let under_way = usize::try_from(parts.metrics.in_flight.get()).unwrap_or(0);
    if under_way <= visit.snapshot.limits.requests_at_once() {
        return Ok(());
    }
    visit.meet(Limit::InFlight);
    Err(Failure::Busy(SOON))
}

/// Of a route that counts by address: nothing needs to be known of who asks.
pub(super) fn by_address(parts: &Parts, visit: &mut Visit, found: &Found) -> Result<(), Failure> {
    match rate(visit, found) {
        Some(rate) if rate.per == Per::Address => count(parts, visit, &rate, None),
        Some(_) | None => Ok(()),
    }
}

/// Of a route that counts by user.
pub(super) fn by_subject(
    parts: &Parts,
    visit: &mut Visit,
    found: &Found,
    principal: Option<&Principal>,
) -> Result<(), Failure> {
    match rate(visit, found) {
        Some(rate) if rate.per == Per::Subject => count(parts, visit, &rate, principal),
        Some(_) | None => Ok(()),
    }
}

fn rate(visit: &Visit, found: &Found) -> Option<Rate> {
    match found {
        Found::Route { id, .. } => visit.snapshot.policy(*id).rate,
        Found::Unrouted { .. } => visit.snapshot.limits.rate,
    }
}

fn count(
    parts: &Parts,
    visit: &mut Visit,
    rate: &Rate,
    principal: Option<&Principal>,
) -> Result<(), Failure> {
    parts.rates.admit(visit.label, visit.client.ip, principal.map(Principal::subject), rate).map_err(|wait| {
        visit.meet(Limit::Rate);
        // Whole seconds, up: who comes back then is let in.
        Failure::TooOften(Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)))
    })
}

/// A WebSocket that is open, or about to be.
pub(super) struct OpenWebSocket {
    metrics: Metrics,
}

impl OpenWebSocket {
    /// Unless there are as many as there may be.
    pub(super) fn open(parts: &Parts, visit: &mut Visit) -> Result<Self, Failure> {
        let metrics = parts.metrics.clone();
        metrics.websockets.inc();
        let open = Self { metrics };
        let many = usize::try_from(open.metrics.websockets.get()).unwrap_or(0);
        match visit.snapshot.limits.websockets {
            Some(most) if many > most => {
                visit.meet(Limit::WebSockets);
                Err(Failure::Busy(SOON))
            }
            Some(_) | None => Ok(open),
        }
    }
}

impl Drop for OpenWebSocket {
    fn drop(&mut self) {
        self.metrics.websockets.dec();
    }
}
