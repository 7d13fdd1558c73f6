//! Idle connections to the legacy, newest first.
//!
//! uvicorn closes an idle connection after 5 s (4.7 s measured); one that we reuse must not be that old.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use parking_lot::Mutex;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};

use super::{
    address::LegacyAddress,
    connect::Link,
    figures::{Counts, Figures, InUse},
};

const IDLE_LIMIT: Duration = Duration::from_secs(4);

/// More idle connections than this are closed at once.
const IDLE_MOST: usize = 512;

#[derive(Default)]
pub(super) struct Pool {
    idle: Mutex<HashMap<LegacyAddress, Vec<Idle>>>,
    pub(super) counts: Counts,
}

struct Idle {
    link: Link,
    since: Instant,
}

/// A connection in use: goes back to the pool once its answer has been read to the end.
pub(super) struct Lease {
    pub(super) link: Link,
    pub(super) address: LegacyAddress,
    /// False for a connection opened for this very request.
    pub(super) reused: bool,
    spent: bool,
    pool: Arc<Pool>,
    _in_use: InUse,
}

impl Pool {
    /// The youngest idle connection that can take a request now.
    pub(super) fn checkout(self: &Arc<Self>, address: &LegacyAddress) -> Option<Lease> {
        let mut idle = self.idle.lock();
        let connections = idle.get_mut(address)?;
        // `is_ready`, not merely open: a message that is still being finished would mix two answers.
        let usable = connections.iter().rposition(|idle| idle.link.sender.is_ready())?;
        let Idle { link, since } = connections.remove(usable);
        if since.elapsed() >= IDLE_LIMIT {
            // The youngest is too old, so all are: the sweep closes them.
            return None;
        }
        Some(self.in_use(link, address, true))
    }

    pub(super) fn lease(self: &Arc<Self>, link: Link, address: &LegacyAddress) -> Lease {
        self.counts.opened();
        self.in_use(link, address, false)
    }

    fn in_use(self: &Arc<Self>, link: Link, address: &LegacyAddress, reused: bool) -> Lease {
        let (pool, in_use) = (Arc::clone(self), self.counts.use_one());
        Lease { link, address: address.clone(), reused, spent: false, pool, _in_use: in_use }
    }

    pub(super) fn figures(&self) -> Figures {
        let idle = self.idle.lock().values().map(Vec::len).sum();
        self.counts.figures(idle)
    }

    fn sweep(&self) {
        let now = Instant::now();
        for connections in self.idle.lock().values_mut() {
            connections.retain(|idle| !idle.link.sender.is_closed() && now - idle.since < IDLE_LIMIT);
        }
    }
}

impl Lease {
    /// The legacy is about to close this connection: it serves no other request.
    pub(super) fn spend(&mut self) {
        self.spent = true;
    }

    /// Ends the lease: the connection may serve another request.
    pub(super) fn give_back(self) {
        if self.spent || self.link.sender.is_closed() {
            return;
        }
        let mut idle = self.pool.idle.lock();
        let connections = idle.entry(self.address).or_default();
        if connections.len() < IDLE_MOST {
            connections.push(Idle { link: self.link, since: Instant::now() });
        }
    }
}

/// Closes connections that nobody asked for within the limit.
pub struct Sweep {
    pool: Arc<Pool>,
}

impl Sweep {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl BackgroundService for Sweep {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let mut ticks = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                _ = ticks.tick() => self.pool.sweep(),
                _ = shutdown.changed() => return,
            }
        }
    }
}
