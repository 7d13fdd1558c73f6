//! What is missing when the process starts: it starts all the same, and says so.

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tracing::warn;

use super::Observed;

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
    async fn start(&self, _: ShutdownWatch) {
        for missing in self.observed.degraded().await.iter() {
            warn!(
                missing = missing.part.name(),
                why = missing.why,
                "degraded: routes that need it fail until it is back"
            );
        }
    }
}
