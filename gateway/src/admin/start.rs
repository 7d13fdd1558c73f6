//! What is missing when the process starts: it starts all the same, and says so.

use std::time::Duration;

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tracing::warn;

use super::Observed;

/// Nobody waits for this report: a database that has to wake up first is not missing.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct StartReport {
    observed: Observed,
}

impl StartReport {
    pub fn new(observed: Observed) -> Self {
        Self { observed }
    }
}

#[async_trait]
impl BackgroundService for StartReport {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let missing = tokio::select! {
            missing = self.observed.ask(PATIENCE) => missing,
            _ = shutdown.changed() => return,
        };
        for (part, why) in missing {
            warn!(missing = part.name(), why, "degraded: routes that need it fail until it is back");
        }
    }
}
