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
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep};

/// For one piece of 16 KiB.
const STALLED: Duration = Duration::from_secs(60);

tokio::task_local! {
    static CURRENT: Arc<Pace>;
}

/// How many pieces were given, and whether the last one lies there still: the lowest bit.
#[derive(Default)]
pub(super) struct Pace {
    turn: AtomicU64,
}

impl Pace {
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
}

/// A stream that ends with its answer, or when its client takes nothing of it; then h2 resets it.
pub(super) async fn paced(stream: impl Future<Output = ()>) {
    let pace = Arc::<Pace>::default();
    let watched = Watched { stream: Box::pin(stream), pace: Arc::clone(&pace), waits: None };
    CURRENT.scope(pace, watched).await;
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
        let (since, timer) = self.waits.get_or_insert_with(|| (turn, Box::pin(sleep(STALLED))));
        if *since != turn {
            *since = turn;
            timer.as_mut().reset(Instant::now() + STALLED);
        }
        timer.as_mut().poll(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a piece, waits this long for it to be taken, and so on.
    async fn taking(waits: &[u64]) {
        let pace = Pace::current().unwrap();
        for wait in waits {
            pace.given();
            tokio::time::sleep(Duration::from_secs(*wait)).await;
            pace.taken();
        }
        // The legacy may take its time.
        tokio::time::sleep(10 * STALLED).await;
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_piece_that_is_not_taken_ends_a_stream() {
        let legacy = (10 * STALLED).as_secs();
        for (waits, lasts) in [(&[59, 59, 59][..], 3 * 59 + legacy), (&[59, 61, 59], 59 + 60), (&[], legacy)]
        {
            let begun = Instant::now();
            paced(taking(waits)).await;
            assert_eq!(begun.elapsed().as_secs(), lasts, "{waits:?}");
        }
    }
}
