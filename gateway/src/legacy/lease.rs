//! Finds a connection for a request: an idle one if there is one, else a new one, at an instance that takes it.

use std::{pin::pin, sync::Arc};

use tokio::time::{Instant, timeout_at};

use super::{
    LegacyFailure,
    connect::connect,
    figures::Repeat,
    instances::{Fleet, Instances, Lease, Place, Turn},
};

/// Where a request has been already.
#[derive(Default)]
pub(super) struct Tried {
    /// By their places in the fleet.
    instances: Vec<usize>,
    /// The instance in use.
    last: usize,
    /// It may have been seen by an instance.
    pub(super) is_repeat: bool,
    /// Too many idle connections had closed: the next one is new.
    pub(super) is_stale: bool,
}

/// What to do at an instance.
enum Entry {
    Lease(Lease),
    Open(Turn, Place),
}

impl Tried {
    /// It goes elsewhere if it can.
    pub(super) fn repeated(&mut self, lease: &Lease, fleet: &Fleet) {
        self.is_repeat = true;
        if fleet.instances().len() > 1 {
            self.instances.push(self.last);
        }
        if !lease.reused {
            lease.turn.instance.failed("closed without an answer");
        }
    }
}

/// An instance that refuses is passed over for the next.
pub(super) async fn lease(
    instances: &Instances,
    fleet: &Arc<Fleet>,
    tried: &mut Tried,
) -> Result<Lease, LegacyFailure> {
    let counts = &instances.shared.counts;
    let mut refused = std::io::Error::new(std::io::ErrorKind::NotFound, "no legacy address is configured");
    while let Some((index, turn)) = fleet.choose(&tried.instances) {
        tried.last = index;
        let (turn, place) = match enter(turn, fleet, !tried.is_stale && !tried.is_repeat).await {
            Some(Entry::Lease(lease)) => return Ok(lease),
            Some(Entry::Open(turn, place)) => (turn, place),
            None => return Err(LegacyFailure::Full),
        };
        let limit = fleet.rules.limits.connect;
        match Box::pin(connect(&turn.instance, &instances.trust, limit, place)).await {
            Ok(link) => {
                counts.opened();
                return Ok(Lease::new(link, turn, false));
            }
            Err(error) => {
                counts.failed(&error);
                turn.instance.failed(&error.to_string());
                refused = error;
                tried.instances.push(index);
                if !fleet.has_other(&tried.instances) || !instances.shared.may_repeat() {
                    break;
                }
                counts.repeated(Repeat::Connect);
            }
        }
    }
    Err(LegacyFailure::Unreachable(refused))
}

/// Where an instance has all the connections that it may have, one of them has to become free, but not for long.
async fn enter(turn: Turn, fleet: &Fleet, reuse: bool) -> Option<Entry> {
    let instance = Arc::clone(&turn.instance);
    let end = Instant::now() + fleet.rules.limits.wait;
    loop {
        // In the queue before the look: what becomes free in between is not missed.
        let mut freed = pin!(instance.door.freed());
        freed.as_mut().enable();
        if reuse && let Some(link) = instance.checkout() {
            return Some(Entry::Lease(Lease::new(link, turn, true)));
        }
        if let Some(place) = instance.door.enter() {
            return Some(Entry::Open(turn, place));
        }
        if !reuse {
            instance.close_oldest();
        }
        timeout_at(end, freed).await.ok()?;
    }
}
