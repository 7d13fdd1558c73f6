//! Who checks a password of one bucket at this moment: no more at once than may be wrong.
//!
//! A password that is being looked at counts as wrong until it was found right. Without turns, of many right ones that come
//! at once (a script, a page with several tabs) some would be told to wait for others that are right as well.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

/// As long as others wait for a thread that hashes.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) struct Turns {
    at_once: usize,
    buckets: Mutex<HashMap<Vec<u8>, Arc<Semaphore>>>,
}

/// Until it is dropped.
pub(super) struct Turn {
    turns: Arc<Turns>,
    bucket: Vec<u8>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    pub(super) fn new(at_once: u32) -> Self {
        Self { at_once: usize::try_from(at_once).unwrap_or(1), buckets: Mutex::default() }
    }

    /// Nothing for whoever would have to wait.
    pub(super) fn take_free(self: &Arc<Self>, bucket: &[u8]) -> Option<Turn> {
        let (semaphore, mut turn) = self.begin(bucket);
        turn.permit = Some(semaphore.try_acquire_owned().ok()?);
        Some(turn)
    }

    /// Nothing for whoever has waited too long.
    pub(super) async fn take(self: &Arc<Self>, bucket: &[u8], until: Instant) -> Option<Turn> {
        let (semaphore, mut turn) = self.begin(bucket);
        let late = until.min(Instant::now() + PATIENCE);
        turn.permit = Some(timeout_at(late, semaphore.acquire_owned()).await.ok()?.ok()?);
        Some(turn)
    }

    /// From here on whoever leaves without a turn clears away as well.
    fn begin(self: &Arc<Self>, bucket: &[u8]) -> (Arc<Semaphore>, Turn) {
        let mut buckets = self.buckets.lock();
        let semaphore = buckets.entry(bucket.to_vec());
        let semaphore = semaphore.or_insert_with(|| Arc::new(Semaphore::new(self.at_once)));
        let turn = Turn { turns: Arc::clone(self), bucket: bucket.to_vec(), permit: None };
        (Arc::clone(semaphore), turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.permit = None;
        let mut buckets = self.turns.buckets.lock();
        // Whoever waits or has a turn holds it as well.
        if buckets.get(&self.bucket).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            buckets.remove(&self.bucket);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever_and_nothing_is_left_behind() {
        let turns = Arc::new(Turns::new(2));
        let far = Instant::now() + Duration::from_secs(60);
        let first = turns.take(b"a", far).await;
        let second = turns.take(b"a", far).await;
        let other = turns.take(b"b", far).await;
        assert!([&first, &second, &other].iter().all(|turn| turn.is_some()));
        assert!(turns.take_free(b"a").is_none());
        let began = Instant::now();
        assert!(turns.take(b"a", far).await.is_none());
        assert_eq!(began.elapsed(), PATIENCE);
        drop(second);
        assert!(turns.take(b"a", far).await.is_some());
        assert!(turns.take_free(b"a").is_some());
        drop((first, other));
        assert!(turns.buckets.lock().is_empty());
    }

    #[tokio::test]
    async fn everybody_gets_a_turn_when_turns_end() {
        let turns = Arc::new(Turns::new(5));
        let mut tasks = JoinSet::new();
        for _ in 0..50 {
            let turns = Arc::clone(&turns);
            tasks.spawn(async move {
                let turn = turns.take(b"a", Instant::now() + Duration::from_secs(60)).await;
                tokio::task::yield_now().await;
                turn.is_some()
            });
        }
        while let Some(had) = tasks.join_next().await {
            assert!(had.unwrap());
        }
        assert!(turns.buckets.lock().is_empty());
    }
}
