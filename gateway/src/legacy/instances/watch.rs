//! The two services behind the instances: one closes what nobody uses, one asks how they are.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::task::JoinSet;
use tracing::{info, warn};

use super::{Fleet, Instances, rules::HealthRule};

/// Closes connections that nobody asked for within the limit or that the other side has closed, and ends ejections whose time is over.
pub struct Sweep(pub(in crate::legacy) Arc<Instances>);

/// Asks each instance of the configuration in force how it is, as often as that says.
pub struct HealthWatch(pub(in crate::legacy) Arc<Instances>);

#[async_trait]
impl BackgroundService for Sweep {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let mut ticks = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                _ = ticks.tick() => self.0.sweep(),
                () = self.0.shared.closed.notified() => self.0.sweep(),
                _ = shutdown.changed() => return,
            }
        }
    }
}

#[async_trait]
impl BackgroundService for HealthWatch {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        tokio::select! {
            () = self.watch() => {}
            _ = shutdown.changed() => {}
        }
    }
}

impl HealthWatch {
    async fn watch(&self) {
        let mut failed_open = false;
        loop {
            let fleet = self.0.current.load_full();
            let Some(rule) = &fleet.health else {
                failed_open = false;
                // A look that had begun may have found something after all.
                fleet.instances.iter().for_each(|instance| instance.health.forget());
                self.0.changed.notified().await;
                continue;
            };
            look(&fleet, rule).await;
            match (failed_open, fleet.fails_open()) {
                (false, true) => warn!("no legacy instance is healthy: all of them are used"),
                (true, false) => info!("a legacy instance is healthy again: only healthy ones are used"),
                (true, true) | (false, false) => {}
            }
            failed_open = fleet.fails_open();
            // A file that was taken is looked at at once: it may name an instance that nobody has asked yet.
            let _ = tokio::time::timeout(rule.interval, self.0.changed.notified()).await;
        }
    }
}

/// All at once: behind one that is silent the others would wait.
async fn look(fleet: &Arc<Fleet>, rule: &HealthRule) {
    let mut looks = JoinSet::new();
    for instance in &fleet.instances {
        let (instance, rule) = (Arc::clone(instance), rule.clone());
        looks.spawn(async move { instance.health.look(&rule).await });
    }
    looks.join_all().await;
}
