//! What all clients share: where the gateways are, until when to ask, and what came of it.

use std::net::SocketAddr;

use tokio::time::Instant;

use super::calendar::Calendar;
use super::pacer::Pacer;
use super::tally::Tally;

#[derive(Debug)]
pub(super) struct Scene {
    pub(super) replicas: [SocketAddr; 2],
    pub(super) began: Instant,
    pub(super) until: Instant,
    pub(super) calendar: Calendar,
    pub(super) pacer: Pacer,
    pub(super) tally: Tally,
}

impl Scene {
    pub(super) fn new(replicas: [SocketAddr; 2], until: Instant) -> Self {
        Self {
            replicas,
            began: Instant::now(),
            until,
            calendar: Calendar::default(),
            pacer: Pacer::new(),
            tally: Tally::default(),
        }
    }

    /// Nobody begins anything new after the end.
    pub(super) fn is_on(&self) -> bool {
        Instant::now() < self.until
    }
}
