//! Takes changed keys while the process runs: a whole set that passed its tests, or the old one stays.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tracing::{error, info, warn};

use super::{KeySet, Keys, contents::Contents, judged::Judged};
use crate::{
    config::{followed::Followed, mistakes::Mistakes},
    telemetry::metrics::Metrics,
};

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
        let mut keys = Followed::new(&self.directory, "keys are", self.keys.current().fingerprint());
        loop {
            let due = tokio::select! {
                due = keys.due() => due,
                _ = shutdown.changed() => return,
            };
            match self.look().await {
                Some(contents) if keys.found(&due, contents.fingerprint()) => self.judge(contents).await,
                Some(_) => {}
                None => keys.unsettled(),
            }
        }
    }
}

impl KeysFollower {
    /// Files are read, and keys tried, beside the threads that serve.
    async fn look(&self) -> Option<Contents> {
        let directory = self.directory.clone();
        tokio::task::spawn_blocking(move || Contents::read_at_rest(&directory)).await.ok().flatten()
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
