//! Whether the client takes what a stream has for it: a window that stays shut ends the stream.
//!
//! Nothing but the body sees it: hyper asks it for the next piece once the last one fits into the window.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::time::{Instant, Sleep, sleep};

use crate::{host::Terms, limits::Limit};

tokio::task_local! {
    static CURRENT: Arc<Pace>;
}

/// How many pieces were given, and whether the last one lies there still: the lowest bit.
pub(super) struct Pace {
    turn: AtomicU64,
    terms: Terms,
}

impl Pace {
    pub(super) fn kept(terms: Terms) -> Arc<Self> {
        Arc::new(Self { turn: AtomicU64::new(0), terms })
    }

    /// Of the stream whose task this is.
    pub(super) fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    pub(super) fn given(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn taken(&self) {
        let turn = self.turn.load(Ordering::Relaxed);
        self.turn.store(turn + turn % 2, Ordering::Relaxed);
    }

    /// The turn in which somebody waits for the client, if anybody does.
    fn waiting(&self) -> Option<u64> {
        Some(self.turn.load(Ordering::Relaxed)).filter(|turn| turn % 2 == 1)
    }

    /// A stream that ends with its answer, or when its client takes nothing of it; then h2 resets it.
    pub(super) async fn paced(self: Arc<Self>, stream: impl Future<Output = ()>) {
        let watched = Watched { stream: Box::pin(stream), pace: Arc::clone(&self), waits: None };
        CURRENT.scope(self, watched).await;
    }
}

struct Watched<F> {
    stream: Pin<Box<F>>,
    pace: Arc<Pace>,
    waits: Option<(u64, Pin<Box<Sleep>>)>,
}

impl<F: Future<Output = ()>> Future for Watched<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.stream.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        let Some(turn) = self.pace.waiting() else { return Poll::Pending };
        if self.waits.as_ref().is_none_or(|(since, _)| *since != turn) {
            let Some(limit) = self.pace.terms.limits().reading else { return Poll::Pending };
            match &mut self.waits {
                Some((since, timer)) => {
                    *since = turn;
                    timer.as_mut().reset(Instant::now() + limit);
                }
                None => self.waits = Some((turn, Box::pin(sleep(limit)))),
            }
        }
        let Some((_, timer)) = &mut self.waits else { return Poll::Pending };
        ready!(timer.as_mut().poll(context));
        self.pace.terms.count(Limit::Reading);
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limits::{Limits, TrustedProxies};

    const LIMIT: Duration = Duration::from_secs(60);
    const LEGACY: Duration = Duration::from_secs(1000);

    /// Gives a piece, waits this long for it to be taken, and so on.
    async fn taking(waits: &[u64]) {
        let pace = Pace::current().unwrap();
        for wait in waits {
            pace.given();
            tokio::time::sleep(Duration::from_secs(*wait)).await;
            pace.taken();
        }
        // The legacy may take its time.
        tokio::time::sleep(LEGACY).await;
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_piece_that_is_not_taken_ends_a_stream() {
        let legacy = LEGACY.as_secs();
        for (reading, waits, lasts, cut) in [
            (Some(LIMIT), &[59, 59, 59][..], 3 * 59 + legacy, 0),
            (Some(LIMIT), &[59, 61, 59], 59 + 60, 1),
            (Some(LIMIT), &[], legacy, 0),
            (None, &[1000], 1000 + legacy, 0),
        ] {
            let counted = Arc::new(AtomicU64::new(0));
            let count = Arc::clone(&counted);
            let limits = Arc::new(Limits { reading, ..Limits::default() });
            let count = move |limit| {
                assert_eq!(limit, Limit::Reading);
                count.fetch_add(1, Ordering::Relaxed);
            };
            let terms = Terms::new(move || Arc::clone(&limits), count, TrustedProxies::default());
            let begun = Instant::now();
            Pace::kept(terms).paced(taking(waits)).await;
            let found = (begun.elapsed().as_secs(), counted.load(Ordering::Relaxed));
            assert_eq!(found, (lasts, cut), "{reading:?} {waits:?}");
        }
    }
}
