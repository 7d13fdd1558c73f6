//! How far each client has gone, for as many of them as are remembered.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;

use super::gcra;
use crate::{
    auth::Subject,
    limits::{Rate, network},
    telemetry::labels::Label,
};

/// Clients by route; who has not come for longest is forgotten first, and begins anew.
const MOST: usize = 100_000;

pub struct Rates {
    begun: Instant,
    due: Cache<(Label, Who), Arc<AtomicU64>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Who {
    Address(IpAddr),
    Subject(Subject),
}

impl Default for Rates {
    fn default() -> Self {
        Self { begun: Instant::now(), due: Cache::new(MOST) }
    }
}

impl Rates {
    /// Counts a request, or says how long it comes too early.
    pub(super) fn admit(
        &self,
        label: Label,
        ip: IpAddr,
        subject: Option<&Subject>,
        rate: &Rate,
    ) -> Result<(), Duration> {
        let who = subject.map_or_else(|| Who::Address(network(ip)), |subject| Who::Subject(subject.clone()));
        let due = self.due.get_or_insert_with(&(label, who), || Ok::<_, Duration>(Arc::default()))?;
        let now = u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let mut seen = due.load(Ordering::Relaxed);
        loop {
            let next = gcra::admit(seen, now, rate)?;
            match due.compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(()),
                Err(other) => seen = other,
            }
        }
    }
}
