//! The threads that hash: as many as the machine runs at once, a few places before them, and a short queue before these.
//!
//! Whoever has a password hashed takes a place first and does the rest of its work from there: what a crowd of logins asks of
//! the database at once is what the places allow, and who is turned away has asked nothing. Who has a place is not turned
//! away any more.
//!
//! Hashing takes a hundred times as long as any other request. On threads of its own, which the system puts behind those
//! that serve, it delays nobody but those who log in.

use std::{
    io,
    num::NonZero,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc,
    },
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::timeout,
};

use super::arena::Arena;
use crate::telemetry::metrics::PasswordMetrics;

/// More than that many cannot have their turn in time.
const QUEUE: i64 = 128;
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// In seconds; who was turned away in one moment does not come back in one.
const RETRY_AFTER: Range<u64> = 2..5;
/// Besides one for each thread: so many ask the database while the others are hashed, and hardly a thread waits for them.
const MORE_PLACES: usize = 4;
/// How far the threads stand behind those that serve, as `nice` counts.
const BEHIND: i32 = 5;

pub(super) struct Pool {
    places: Arc<Semaphore>,
    seats: Arc<Semaphore>,
    turned_away: AtomicU64,
    /// Nothing only while the threads are being joined.
    jobs: Option<mpsc::Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
    metrics: PasswordMetrics,
}

type Job = Box<dyn FnOnce(&mut Arena) + Send>;

/// Why nothing was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Busy {
    Full,
    Late,
    /// A panic of ours, which was logged where it happened.
    Broken,
}

impl Pool {
    pub(super) fn start(threads: NonZero<usize>, metrics: PasswordMetrics) -> io::Result<Self> {
        let (jobs, taken) = mpsc::channel::<Job>();
        let taken = Arc::new(Mutex::new(taken));
        let threads = (0..threads.get())
            .map(|_| {
                let taken = taken.clone();
                Builder::new().name("passwords".to_owned()).spawn(move || work(&taken))
            })
            .collect::<io::Result<Vec<_>>>()?;
        Ok(Self {
            places: Arc::new(Semaphore::new(threads.len() + MORE_PLACES)),
            seats: Arc::new(Semaphore::new(threads.len())),
            turned_away: AtomicU64::new(0),
            jobs: Some(jobs),
            threads,
            metrics,
        })
    }

    /// Who stops waiting makes room; whoever has one finds no long queue at the threads.
    pub(super) async fn place(&self) -> Result<OwnedSemaphorePermit, Busy> {
        if let Ok(place) = self.places.clone().try_acquire_owned() {
            return Ok(place);
        }
        let waiting = self.metrics.waiting.enter();
        if self.metrics.waiting.count() > QUEUE {
            self.metrics.refused("full");
            return Err(Busy::Full);
        }
        let place = timeout(LONGEST_WAIT, self.places.clone().acquire_owned()).await;
        drop(waiting);
        match place {
            Ok(place) => place.map_err(|_| Busy::Broken),
            Err(_) => {
                self.metrics.refused("late");
                Err(Busy::Late)
            }
        }
    }

    /// What is told to whoever was turned away.
    pub(super) fn retry_after(&self) -> Duration {
        let Range { start, end } = RETRY_AFTER;
        Duration::from_secs(start + self.turned_away.fetch_add(1, Relaxed) % (end - start))
    }

    /// Only those who have a place come here, and few others. What has begun is computed to its end.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Arena) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        // One for each thread, so that who has one is computed at once.
        let seat = self.seats.clone().acquire_owned().await.map_err(|_| Busy::Broken)?;
        let (answer, answered) = oneshot::channel();
        let metrics = self.metrics.clone();
        let job: Job = Box::new(move |arena| {
            let running = metrics.running.enter();
            let begun = Instant::now();
            let done = work(arena);
            metrics.seconds.observe(begun.elapsed().as_secs_f64());
            drop((running, seat));
            // Who asked may have left.
            let _ = answer.send(done);
        });
        self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or(Busy::Broken)?;
        answered.await.map_err(|_| Busy::Broken)
    }
}

fn work(taken: &Mutex<mpsc::Receiver<Job>>) {
    // Elsewhere than on Linux it would slow the whole process down.
    if cfg!(target_os = "linux") {
        let _ = rustix::process::nice(BEHIND);
    }
    let mut arena = Arena::default();
    loop {
        let job = taken.lock().recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(|| job(&mut arena))).is_err() {
            arena = Arena::default();
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A panic inside was caught; outside there is nothing that panics.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
