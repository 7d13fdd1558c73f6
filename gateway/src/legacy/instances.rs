//! The instances of the legacy: those that the running configuration names, and those that finish what they have.
//!
//! What is known of an instance outlives a reload. A request keeps the fleet that its configuration names.

mod budget;
mod choice;
mod door;
mod ejection;
mod figures;
mod health;
mod instance;
pub mod rules;
mod watch;

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
    task::Wake,
    time::Instant,
};

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{address::LegacyAddress, figures::Counts, trust::LegacyTrust};
use budget::Budget;
use ejection::Ejections;
use health::Health;
use rules::{HealthRule, LegacyRules};

pub use figures::InstanceFigures;
pub use watch::{HealthWatch, Sweep};

pub(super) use door::Place;
pub(super) use instance::{Instance, Lease, Turn};

/// Where the legacy is, and how it is treated, as one configuration has it.
#[derive(Default)]
pub struct Targets {
    /// None at all once the legacy is gone.
    pub addresses: Vec<LegacyAddress>,
    pub rules: LegacyRules,
    /// Made once this is in force.
    fleet: OnceLock<Arc<Fleet>>,
}

/// The instances of one configuration, in its order.
#[derive(Default)]
pub(super) struct Fleet {
    instances: Box<[Arc<Instance>]>,
    pub(super) rules: LegacyRules,
    /// Nothing where nobody is asked.
    health: Option<HealthRule>,
}

/// All of them, by address.
pub(super) struct Instances {
    pub(super) shared: Arc<Shared>,
    pub(super) trust: LegacyTrust,
    known: Mutex<HashMap<LegacyAddress, Arc<Instance>>>,
    current: ArcSwap<Fleet>,
    changed: Notify,
}

/// What instances have in common.
pub(super) struct Shared {
    began: Instant,
    ejections: Mutex<Ejections>,
    budget: Mutex<Budget>,
    pub(super) counts: Counts,
    /// An idle connection ended.
    closed: Notify,
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.closed.notify_one();
    }
}

impl Targets {
    pub fn new(addresses: Vec<LegacyAddress>, rules: LegacyRules) -> Self {
        Self { addresses, rules, fleet: OnceLock::new() }
    }
}

impl Shared {
    fn milliseconds(&self) -> u64 {
        self.milliseconds_at(Instant::now())
    }

    fn milliseconds_at(&self, now: Instant) -> u64 {
        u64::try_from(now.duration_since(self.began).as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn asked(&self) {
        self.budget.lock().asked(Instant::now());
    }

    /// Whether a request may be sent again.
    pub(super) fn may_repeat(&self) -> bool {
        let allowed = self.budget.lock().allows(Instant::now());
        if !allowed {
            self.counts.over_budget();
        }
        allowed
    }
}

impl Fleet {
    /// Nobody is new, and the question is the same.
    fn is_asked_like(&self, other: &Self) -> bool {
        let addresses = |fleet: &Self| fleet.instances.iter().map(Arc::as_ptr).collect::<Vec<_>>();
        self.health == other.health && addresses(self) == addresses(other)
    }
}

impl Instances {
    pub(super) fn new(trust: LegacyTrust) -> Self {
        let began = Instant::now();
        let shared = Shared {
            began,
            ejections: Mutex::default(),
            budget: Mutex::new(Budget::new(began)),
            counts: Counts::default(),
            closed: Notify::new(),
        };
        Self {
            shared: Arc::new(shared),
            trust,
            known: Mutex::default(),
            current: ArcSwap::default(),
            changed: Notify::new(),
        }
    }

    /// From now on these are in force: what is named no more finishes what it has, and gets nothing new.
    pub(super) fn take(&self, targets: &Targets) {
        self.trust.prepare(&targets.addresses);
        let fleet = self.fleet(targets);
        let most = targets.rules.limits.connections.unwrap_or(usize::MAX);
        let mut known = self.known.lock();
        // Also one whose last request ended since the fleet was made, so that it was forgotten.
        for instance in &fleet.instances {
            known.insert(instance.address.clone(), Arc::clone(instance));
        }
        for (address, instance) in &*known {
            let is_listed = targets.addresses.contains(address);
            instance.retire(!is_listed);
            if !is_listed {
                // It has lost its seat; listed again, it begins as a new one.
                instance.readmit();
            }
            instance.door.allow(most);
            if fleet.health.is_none() {
                instance.health.forget();
            }
        }
        let mut ejections = self.shared.ejections.lock();
        for ended in ejections.list(&targets.addresses, &targets.rules.eject, Instant::now()) {
            known.get(&ended).into_iter().for_each(|instance| instance.readmit());
        }
        drop((ejections, known));
        let before = self.current.swap(Arc::clone(&fleet));
        if !fleet.is_asked_like(&before) {
            self.changed.notify_one();
        }
    }

    pub(super) fn fleet(&self, targets: &Targets) -> Arc<Fleet> {
        let fleet = targets.fleet.get_or_init(|| {
            let mut known = self.known.lock();
            let instances = targets.addresses.iter().map(|address| {
                let make = || {
                    Instance::new(
                        address.clone(),
                        Health::new(address, &self.trust),
                        Arc::clone(&self.shared),
                    )
                };
                Arc::clone(known.entry(address.clone()).or_insert_with(|| Arc::new(make())))
            });
            let instances: Box<[_]> = instances.collect();
            // Of one alone nothing depends on how it is.
            let by_default = || (instances.len() > 1).then(HealthRule::default);
            let health = targets.rules.health.clone().or_else(by_default);
            Arc::new(Fleet { instances, rules: targets.rules.clone(), health })
        });
        Arc::clone(fleet)
    }

    fn sweep(&self) {
        let now = Instant::now();
        let mut known = self.known.lock();
        known.values().for_each(|instance| instance.sweep(now));
        known.retain(|_, instance| !instance.is_over());
        for over in self.shared.ejections.lock().over(now) {
            if let Some(instance) = known.get(&over) {
                instance.readmit();
                tracing::info!(instance = over.authority(), "legacy instance takes requests again");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(names: &[&str]) -> Targets {
        let addresses = names.iter().map(|name| format!("http://{name}:80").parse().expect("an address"));
        Targets::new(addresses.collect(), LegacyRules::default())
    }

    #[test]
    fn an_instance_that_is_listed_again_while_it_is_forgotten_is_known_and_in_use() {
        let instances = Instances::new(LegacyTrust::default());
        instances.take(&targets(&["one"]));
        instances.take(&targets(&["other"]));
        let again = targets(&["one"]);
        let fleet = instances.fleet(&again);
        // Between the fleet and its listing.
        instances.sweep();
        instances.take(&again);
        let [one] = fleet.instances() else { panic!("one was named") };
        assert!(!one.is_over());
        instances.sweep();
        assert!(instances.known.lock().get(&one.address).is_some_and(|known| Arc::ptr_eq(known, one)));
    }

    #[test]
    fn an_instance_that_was_ejected_and_is_listed_again_begins_as_a_new_one() {
        let instances = Instances::new(LegacyTrust::default());
        let both = targets(&["one", "other"]);
        instances.take(&both);
        let fleet = instances.fleet(&both);
        let [one, other] = fleet.instances() else { panic!("two were named") };
        let fail = |instance: &Instance| (0..10).for_each(|_| instance.failed("a test"));
        let ejected = || [one, other].map(|each| each.is_ejected());
        fail(one);
        assert_eq!(ejected(), [true, false]);
        // Work keeps it known while it is not listed.
        let turn = one.begin();
        instances.take(&targets(&["other"]));
        instances.take(&targets(&["one", "other"]));
        assert_eq!(ejected(), [false, false]);
        fail(other);
        fail(one);
        assert_eq!(ejected(), [false, true]);
        drop(turn);
    }

    #[tokio::test]
    async fn a_file_is_looked_at_at_once_only_where_it_names_others_or_asks_otherwise() {
        let instances = Instances::new(LegacyTrust::default());
        let is_told = || std::pin::pin!(instances.changed.notified()).enable();
        let rules = |healthy| LegacyRules {
            health: Some(HealthRule { healthy, ..HealthRule::default() }),
            ..LegacyRules::default()
        };
        let addresses = targets(&["one", "other"]).addresses;
        let steps = [
            (addresses.clone(), rules(1), true),
            (addresses.clone(), rules(1), false),
            (addresses.clone(), rules(2), true),
            (addresses[..1].to_vec(), rules(2), true),
            (addresses[..1].to_vec(), rules(2), false),
        ];
        for (number, (addresses, rules, told)) in steps.into_iter().enumerate() {
            instances.take(&Targets::new(addresses, rules));
            assert_eq!(is_told(), told, "step {number}");
        }
    }
}
