//! One instance of the legacy: its idle connections, what it has to do, and what is known of it.
//!
//! uvicorn closes an idle connection after 5 s (4.7 s measured); one that we reuse must not be that old.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    task::Waker,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tracing::warn;

use super::{Shared, door::Door, health::Health};
use crate::legacy::{
    address::LegacyAddress,
    link::{Link, Standing},
};

const IDLE_LIMIT: Duration = Duration::from_secs(4);

/// More idle connections than this are closed at once.
const IDLE_MOST: usize = 512;

/// For so long a failure makes its instance look as busy as with so many requests more: the fewest are in flight where
/// they fail at once.
const SUSPECT: Duration = Duration::from_secs(1);
const SUSPICION: usize = 16;

pub(in crate::legacy) struct Instance {
    pub(in crate::legacy) address: LegacyAddress,
    pub(in crate::legacy) door: Arc<Door>,
    pub(in crate::legacy) health: Health,
    pub(super) counted: Counted,
    shared: Arc<Shared>,
    /// Called when an idle connection ends.
    closed: Waker,
    idle: Mutex<Vec<Idle>>,
    in_flight: AtomicUsize,
    /// The last request here failed: only then is there anything to take back.
    troubled: AtomicBool,
    /// In milliseconds of the process.
    failed_at: AtomicU64,
    ejected_until: AtomicU64,
    /// No file names it any more.
    retired: AtomicBool,
}

#[derive(Default)]
pub(super) struct Counted {
    pub(super) requests: AtomicU64,
    pub(super) failures: AtomicU64,
    pub(super) ejections: AtomicU64,
}

struct Idle {
    link: Link,
    since: Instant,
}

/// A request on its way to an instance, or its answer on the way back.
pub(in crate::legacy) struct Turn {
    pub(in crate::legacy) instance: Arc<Instance>,
}

/// A connection in use: goes back to its instance once its answer has been read to the end.
pub(in crate::legacy) struct Lease {
    pub(in crate::legacy) link: Link,
    pub(in crate::legacy) turn: Turn,
    /// False for a connection opened for this very request.
    pub(in crate::legacy) reused: bool,
    spent: bool,
}

impl Instance {
    pub(super) fn new(address: LegacyAddress, health: Health, shared: Arc<Shared>) -> Self {
        Self {
            address,
            door: Arc::default(),
            health,
            counted: Counted::default(),
            closed: Waker::from(Arc::clone(&shared)),
            shared,
            idle: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            troubled: AtomicBool::new(false),
            failed_at: AtomicU64::new(0),
            ejected_until: AtomicU64::new(0),
            retired: AtomicBool::new(false),
        }
    }

    pub(super) fn begin(self: &Arc<Self>) -> Turn {
        self.in_flight.fetch_add(1, Relaxed);
        self.counted.requests.fetch_add(1, Relaxed);
        Turn { instance: Arc::clone(self) }
    }

    /// The youngest idle connection that can take a request now; of the kind that suits it, if there is one.
    pub(in crate::legacy) fn checkout(&self, is_plain: bool) -> Option<Link> {
        let mut idle = self.idle.lock();
        let found = youngest(&mut idle, |link| link.is_plain() == is_plain);
        found.or_else(|| youngest(&mut idle, |_| true))
    }

    /// Closes one that nobody uses, whose place somebody needs.
    pub(in crate::legacy) fn close_oldest(&self) {
        let mut idle = self.idle.lock();
        if !idle.is_empty() {
            drop(idle.remove(0));
        }
    }

    fn keep(&self, link: Link) {
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_MOST && !self.retired.load(Relaxed) {
            idle.push(Idle { link, since: Instant::now() });
            drop(idle);
            self.door.tell();
        }
    }

    pub(super) fn sweep(&self, now: Instant) {
        let is_retired = self.retired.load(Relaxed);
        self.idle.lock().retain(|idle| {
            !is_retired && idle.link.standing() != Standing::Closed && now - idle.since < IDLE_LIMIT
        });
    }

    pub(super) fn retire(&self, retired: bool) {
        self.retired.store(retired, Relaxed);
        self.sweep(Instant::now());
    }

    pub(super) fn is_over(&self) -> bool {
        self.retired.load(Relaxed) && self.in_flight() == 0 && self.door.is_empty()
    }

    pub(in crate::legacy) fn idle(&self) -> usize {
        self.idle.lock().len()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Relaxed)
    }

    /// What one of two is chosen by.
    pub(super) fn load(&self) -> usize {
        let is_suspect = self.troubled.load(Relaxed)
            && self.shared.milliseconds() < self.failed_at.load(Relaxed) + SUSPECT.as_millis() as u64;
        self.in_flight() + if is_suspect { SUSPICION } else { 0 }
    }

    /// Nobody has to wait for a connection.
    pub(super) fn has_room(&self) -> bool {
        self.door.has_room() || self.idle() > 0
    }

    pub(super) fn is_ejected(&self) -> bool {
        let until = self.ejected_until.load(Relaxed);
        until > 0 && self.shared.milliseconds() < until
    }

    /// Its time is over, or half of the instances would not stay.
    pub(super) fn readmit(&self) {
        self.ejected_until.store(0, Relaxed);
    }

    /// A request met a refused or broken connection here, or an answer that counts as bad.
    pub(in crate::legacy) fn failed(&self, why: &str) {
        self.failed_at(why, Instant::now());
    }

    fn failed_at(&self, why: &str, now: Instant) {
        self.counted.failures.fetch_add(1, Relaxed);
        self.failed_at.store(self.shared.milliseconds_at(now), Relaxed);
        self.troubled.store(true, Relaxed);
        // Under the lock also what is seen of it: a list that becomes shorter meanwhile ends what it finds.
        let mut ejections = self.shared.ejections.lock();
        let Some(time) = ejections.failed(&self.address, now) else { return };
        self.ejected_until.store(self.shared.milliseconds_at(now) + time.as_millis() as u64, Relaxed);
        drop(ejections);
        self.counted.ejections.fetch_add(1, Relaxed);
        warn!(
            instance = self.address.authority(),
            seconds = time.as_secs_f64(),
            error = why,
            "legacy instance ejected: requests failed there"
        );
    }

    pub(in crate::legacy) fn answered(&self) {
        // Looked at first: all requests share it, and it is hardly ever set.
        if self.troubled.load(Relaxed) && self.troubled.swap(false, Relaxed) {
            self.shared.ejections.lock().answered(&self.address);
        }
    }
}

/// Those that closed while they waited are found on the way, and their places are free.
fn youngest(idle: &mut Vec<Idle>, suits: impl Fn(&Link) -> bool) -> Option<Link> {
    for index in (0..idle.len()).rev() {
        let link = &idle[index].link;
        if suits(link) {
            match link.standing() {
                // Where it is too old, so are all behind it: the sweep closes them.
                Standing::Ready if idle[index].since.elapsed() >= IDLE_LIMIT => return None,
                Standing::Ready => return Some(idle.remove(index).link),
                Standing::Closed => drop(idle.remove(index)),
                Standing::Busy => {}
            }
        }
    }
    None
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.instance.in_flight.fetch_sub(1, Relaxed);
    }
}

impl Lease {
    pub(in crate::legacy) fn new(link: Link, turn: Turn, reused: bool) -> Self {
        Self { link, turn, reused, spent: false }
    }

    /// The legacy is about to close this connection: it serves no other request.
    pub(in crate::legacy) fn spend(&mut self) {
        self.spent = true;
    }

    /// Ends the lease: the connection may serve another request.
    pub(in crate::legacy) fn give_back(mut self) {
        if !self.spent && self.link.rests(&self.turn.instance.closed) {
            self.turn.instance.keep(self.link);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::legacy::{
        instances::{Instances, Targets, rules::LegacyRules},
        trust::LegacyTrust,
    };

    #[test]
    fn an_ejection_long_after_the_last_one_begins_anew_however_soon_the_instance_answered() {
        let addresses = ["http://one:80", "http://other:80"].map(|text| text.parse().expect("an address"));
        let targets = Targets::new(addresses.to_vec(), LegacyRules::default());
        let instances = Instances::new(LegacyTrust::default());
        instances.take(&targets);
        let fleet = instances.fleet(&targets);
        let [instance, _] = fleet.instances() else { panic!("two were named") };
        let mut now = Instant::now();
        let mut eject = |pause: u64| {
            now += Duration::from_secs(pause);
            (0..3).for_each(|_| instance.failed_at("refused", now));
            let until = instance.ejected_until.load(Relaxed);
            // All answers come at once, whatever the instants of the failures.
            instance.answered();
            (until - instance.shared.milliseconds_at(now)) / 1_000
        };
        assert_eq!(eject(0), 10);
        assert_eq!(eject(11), 20, "it had not proved itself");
        assert_eq!(eject(7 * 24 * 60 * 60), 10);
        assert_eq!(eject(11), 20);
    }
}
