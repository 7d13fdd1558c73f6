//! The streams of one connection: tasks that end with it, how long there were none, and who only resets them.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use hyper::rt::Executor;
use parking_lot::Mutex;
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::pace::{Pace, Shared};
use crate::host::{Met, Terms};

/// A browser that leaves a page resets all that the page asked for, once in a while.
const RESETS_ALLOWED: u64 = 100;

#[derive(Clone)]
pub(super) struct Streams {
    tasks: Arc<Mutex<JoinSet<()>>>,
    seen: Arc<Seen>,
    shared: Shared,
}

struct Seen {
    open: Mutex<Open>,
    asked: AtomicU64,
    first: Notify,
    /// Given up by the client before there was an answer.
    reset: AtomicU64,
    flooded: Notify,
}

struct Open {
    count: usize,
    changed: Instant,
}

impl Seen {
    fn begin() -> Self {
        let open = Mutex::new(Open { count: 0, changed: Instant::now() });
        Self {
            open,
            asked: AtomicU64::new(0),
            first: Notify::new(),
            reset: AtomicU64::new(0),
            flooded: Notify::new(),
        }
    }
}

impl Streams {
    pub(super) fn new(terms: Terms, met: Arc<Met>) -> Self {
        let shared = Shared { terms, met, stuck: Arc::default() };
        Self { tasks: Arc::default(), seen: Arc::new(Seen::begin()), shared }
    }

    /// For the connection to hold: its streams end with it, although each holds what could begin another.
    pub(super) fn ending(&self) -> Ending {
        Ending(Arc::clone(&self.tasks))
    }

    /// For the time from a request's head to that of its answer.
    pub(super) fn asked(&self) -> Asked {
        if self.seen.asked.fetch_add(1, Ordering::Relaxed) == 0 {
            self.seen.first.notify_one();
        }
        Asked { seen: Arc::clone(&self.seen), answered: false }
    }

    /// Returns when something was asked, once.
    pub(super) async fn begun(&self) {
        self.seen.first.notified().await;
    }

    /// Returns when there has been no stream for so long.
    pub(super) async fn idle_for(&self, limit: Duration) {
        let begun = Instant::now();
        loop {
            let since = {
                let open = self.seen.open.lock();
                if open.count > 0 { Instant::now() } else { open.changed.max(begun) }
            };
            let until = since + limit;
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }

    /// Returns when most of what was asked was given up, and that was much: work for nothing is the attack.
    pub(super) async fn flooded(&self) {
        self.seen.flooded.notified().await;
    }

    /// Returns when the end of an answer lies here and the client takes nothing of it, with no stream left to reset.
    pub(super) async fn stuck(&self) {
        self.shared.stuck.notified().await;
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let open = OpenStream::begin(Arc::clone(&self.seen));
        let pace = Pace::kept(self.shared.clone());
        let mut tasks = self.tasks.lock();
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            pace.paced(stream).await;
            drop(open);
        });
    }
}

pub(super) struct Ending(Arc<Mutex<JoinSet<()>>>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.lock().abort_all();
    }
}

struct OpenStream(Arc<Seen>);

impl OpenStream {
    fn begin(seen: Arc<Seen>) -> Self {
        seen.open.lock().count += 1;
        Self(seen)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.0.open.lock();
        open.count -= 1;
        open.changed = Instant::now();
    }
}

pub(super) struct Asked {
    seen: Arc<Seen>,
    answered: bool,
}

impl Asked {
    pub(super) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        let reset = self.seen.reset.fetch_add(1, Ordering::Relaxed) + 1;
        if reset > RESETS_ALLOWED && reset * 2 > self.seen.asked.load(Ordering::Relaxed) {
            self.seen.flooded.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Limits, TrustedProxies};

    fn streams() -> Streams {
        Streams::new(
            Terms::new(|| Arc::new(Limits::default()), |_| {}, TrustedProxies::default()),
            Arc::default(),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_idle_only_while_it_has_no_stream() {
        let streams = streams();
        let begun = Instant::now();
        streams.execute(tokio::time::sleep(Duration::from_secs(100)));
        streams.execute(tokio::time::sleep(Duration::from_secs(20)));
        streams.idle_for(Duration::from_secs(75)).await;
        assert_eq!(begun.elapsed().as_secs(), 175);
    }

    #[tokio::test]
    async fn most_and_many_must_be_given_up() {
        let ended = |resets: u64, answers: u64| {
            let streams = streams();
            (0..answers).for_each(|_| streams.asked().answered());
            (0..resets).for_each(|_| drop(streams.asked()));
            async move { tokio::time::timeout(Duration::ZERO, streams.flooded()).await.is_ok() }
        };
        for (resets, answers, is_flood) in
            [(100, 0, false), (101, 0, true), (101, 101, false), (500, 300, true)]
        {
            assert_eq!(ended(resets, answers).await, is_flood, "{resets} of {}", resets + answers);
        }
    }
}
