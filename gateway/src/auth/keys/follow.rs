//! Takes changed keys while the process runs: a whole set that passed its tests, or the old one stays.
//!
//! The directory is watched, and looked at twice a second as well, because a mount from elsewhere sends no event.

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{sync::mpsc, time::Instant};
use tracing::{error, info, warn};

use super::{KeySet, Keys, contents::Contents, judged::Judged};
use crate::{config::mistakes::Mistakes, telemetry::metrics::Metrics};

const POLL: Duration = Duration::from_millis(500);

/// Judged when two looks this far apart agree: a command writes a key and then the list, a secret's volume is swapped
/// link by link.
const SETTLED: Duration = Duration::from_millis(100);

pub struct KeysFollower {
    directory: PathBuf,
    keys: Keys,
    metrics: Metrics,
}

impl KeysFollower {
    pub fn new(directory: PathBuf, keys: Keys, metrics: Metrics) -> Self {
        Self { directory, keys, metrics }
    }
}

#[async_trait]
impl BackgroundService for KeysFollower {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let (changed, mut changes) = mpsc::channel(1);
        let _watcher = self.watch(changed);
        let mut polls = tokio::time::interval(POLL);
        let mut judged = self.keys.current().fingerprint();
        let mut seen = judged;
        let mut settled = Instant::now();
        loop {
            let judge = tokio::select! {
                _ = polls.tick() => false,
                Some(()) = changes.recv() => false,
                () = tokio::time::sleep_until(settled), if seen != judged => true,
                _ = shutdown.changed() => return,
            };
            let Some(contents) = self.look().await else { return };
            let found = contents.fingerprint();
            if judge && found == seen {
                judged = found;
                self.judge(contents).await;
            } else if found != seen {
                seen = found;
                settled = Instant::now() + SETTLED;
            }
        }
    }
}

impl KeysFollower {
    /// Without a watcher the polls alone still see every change, half a second later.
    fn watch(&self, changed: mpsc::Sender<()>) -> Option<RecommendedWatcher> {
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Reading a file is an event as well: to follow it would be to read for ever.
            if !event.is_ok_and(|event| event.kind.is_access()) {
                // Full means that a look is due already.
                let _ = changed.try_send(());
            }
        })
        .and_then(|mut watcher| {
            watcher.watch(&self.directory, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        watcher.inspect_err(|error| warn!(error = %error, "keys are polled only")).ok()
    }

    /// Files are read, and keys tried, beside the threads that serve.
    async fn look(&self) -> Option<Contents> {
        let directory = self.directory.clone();
        tokio::task::spawn_blocking(move || Contents::read(&directory)).await.ok()
    }

    async fn judge(&self, contents: Contents) {
        let generation = self.keys.current().generation + 1;
        let judged = tokio::task::spawn_blocking(move || Judged::of(&contents, generation)).await;
        match judged {
            Ok(Ok(Judged { set, warnings })) => self.take(set, &warnings),
            Ok(Err(mistakes)) => self.refuse(&mistakes),
            // The process ends.
            Err(_) => {}
        }
    }

    fn take(&self, set: KeySet, warnings: &Mistakes) {
        let generation = set.generation;
        let active = set.signing().map(|key| key.kid().to_owned());
        self.keys.current.store(Arc::new(set));
        // Told only once it is in force: whoever reads the log may rely on it.
        self.metrics.keys_taken();
        for warning in warnings.iter() {
            warn!("{}: {}; help: {}", warning.place, warning.what, warning.remedy);
        }
        info!(generation, active, "keys taken");
    }

    fn refuse(&self, mistakes: &Mistakes) {
        self.metrics.keys_refused();
        error!(mistakes = mistakes.len(), "keys refused, the last good ones stay in force\n{mistakes}");
    }
}
