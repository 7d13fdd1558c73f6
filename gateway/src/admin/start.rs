//! What is missing when the process starts: it starts all the same, and says so.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tracing::warn;

use super::{
    Observed,
    probe::{FRESH, Missing, Part},
};

/// Nobody waits for this report: a legacy that is still starting is not missing.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct StartReport {
    observed: Observed,
}

impl StartReport {
    /// What refuses now, or is still silent when patience ends.
    async fn missing(&self) -> Arc<[Missing]> {
        let began = Instant::now();
        loop {
            let missing = self.observed.degraded().await;
            let is_silent = |missing: &Missing| missing.part == Part::Legacy && missing.is_slow;
            if !missing.iter().any(is_silent) || began.elapsed() > PATIENCE {
                return missing;
            }
            tokio::time::sleep(FRESH).await;
        }
    }

    pub fn new(observed: Observed) -> Self {
        Self { observed }
    }
}

#[async_trait]
impl BackgroundService for StartReport {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let missing = tokio::select! {
            missing = self.missing() => missing,
            _ = shutdown.changed() => return,
        };
        // Of the database whoever asks it tells, at the start as at any time.
        for missing in missing.iter().filter(|missing| missing.part == Part::Legacy) {
            let (part, why) = (missing.part.name(), &missing.why);
            warn!(missing = part, why, "degraded: routes that need it fail until it is back");
        }
    }
}
