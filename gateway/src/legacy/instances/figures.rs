//! What a scrape reads off: connections of all instances together, and each instance that the configuration names.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use super::{Instance, Instances};
use crate::legacy::figures::Figures;

/// Of one instance at one moment.
pub struct InstanceFigures {
    /// `host:port`, as the configuration names it.
    pub name: String,
    pub is_healthy: bool,
    pub is_ejected: bool,
    pub in_flight: usize,
    pub requests: u64,
    pub failures: u64,
    pub ejections: u64,
    /// Good ones and bad ones.
    pub checks: (u64, u64),
}

impl Instance {
    pub(super) fn figures(&self) -> InstanceFigures {
        InstanceFigures {
            name: self.address.authority(),
            is_healthy: self.health.is_healthy(),
            is_ejected: self.is_ejected(),
            in_flight: self.in_flight(),
            requests: self.counted.requests.load(Relaxed),
            failures: self.counted.failures.load(Relaxed),
            ejections: self.counted.ejections.load(Relaxed),
            checks: self.health.counted(),
        }
    }
}

impl Instances {
    pub(in crate::legacy) fn figures(&self) -> Figures {
        let fleet = self.current.load();
        let all: Vec<Arc<Instance>> = self.known.lock().values().cloned().collect();
        let idle = all.iter().map(|instance| instance.idle()).sum();
        let in_use = all.iter().map(|instance| instance.in_flight()).sum();
        let instances = fleet.instances().iter().map(|instance| instance.figures()).collect();
        self.shared.counts.figures(idle, in_use, fleet.fails_open(), instances)
    }
}
