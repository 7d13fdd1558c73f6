//! How often, and after how long, a step is tried again that found a table in use.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    failure::MigrateError,
    file::Migration,
    watch::{Event, Watch},
};

const TRIES: usize = 10;
const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct Retry {
    tries: usize,
}

impl Retry {
    /// How long to wait before the next try; nothing when there is none.
    pub(super) fn next(&mut self) -> Option<Duration> {
        self.tries += 1;
        if self.tries >= TRIES {
            return None;
        }
        let doubled = SHORTEST.saturating_mul(1 << (self.tries - 1)).min(LONGEST);
        // Replicas that found the same table in use do not come back at the same moment.
        Some(doubled.mul_f64(1.0 - fastrand::f64() / 4.0).max(SHORTEST))
    }

    pub(super) fn tries(&self) -> usize {
        self.tries
    }
}

/// What reads the catalog stands behind whoever has locked a table, as a statement does.
pub(super) async fn patiently(
    migration: &Migration,
    watch: Watch<'_>,
    work: impl AsyncFn() -> anyhow::Result<()>,
) -> Result<(), MigrateError> {
    let mut retry = Retry::default();
    loop {
        match work().await.map_err(|error| MigrateError::of_catalog(error, migration)) {
            Err(MigrateError::InUse { stem, .. }) => {
                let Some(after) = retry.next() else {
                    return Err(MigrateError::InUse { stem, tries: retry.tries() });
                };
                watch(Event::Retrying { migration, after });
                sleep(after).await;
            }
            ended => return ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_longer_each_time_and_gives_up() {
        let mut retry = Retry::default();
        let waits: Vec<_> = std::iter::from_fn(|| retry.next()).collect();
        assert_eq!((waits.len(), retry.tries()), (9, 10));
        assert!(waits.iter().all(|wait| (SHORTEST..=LONGEST).contains(wait)), "{waits:?}");
        assert!(waits[8] > waits[0] * 10, "{waits:?}");
    }
}
