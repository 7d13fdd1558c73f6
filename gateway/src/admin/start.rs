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
    probe::{FRESH, Missing},
};

/// Nobody waits for this report: a database that has to wake up first is not missing.
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
            if missing.iter().all(|missing| !missing.is_slow) || began.elapsed() > PATIENCE {
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
        for missing in missing.iter() {
            let (part, why) = (missing.part.name(), &missing.why);
            warn!(missing = part, why, "degraded: routes that need it fail until it is back");
        }
    }
}
