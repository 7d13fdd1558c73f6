//! Whether the client takes what a stream has for it: a window that stays shut ends the stream.
//!
//! hyper leaves a stream once h2 has the last piece, and nobody can reset it any more: then the connection ends.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker, ready},
};

use parking_lot::Mutex;
use tokio::{
    sync::Notify,
    time::{Instant, Sleep, sleep},
};

use crate::{
    host::{Met, Terms},
    limits::Limit,
};

tokio::task_local! {
    static CURRENT: Arc<Pace>;
}

/// What the streams of a connection share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) terms: Terms,
    pub(super) met: Arc<Met>,
    /// The last piece of some answer lies here, and is not taken.
    pub(super) stuck: Arc<Notify>,
}

/// How many pieces were given, and whether hyper waits for the last one to be taken: the lowest bit.
pub(super) struct Pace {
    turn: AtomicU64,
    /// Pieces that h2 holds.
    lying: AtomicUsize,
    left: Mutex<Left>,
    shared: Shared,
    met: Arc<Met>,
}

/// Until the last piece is gone.
#[derive(Default)]
struct Left {
    /// Who waits for it.
    waker: Option<Waker>,
    /// What the pieces are of, once h2 has all of them.
    body: Option<Box<dyn Send>>,
}

impl Pace {
    pub(super) fn kept(shared: Shared) -> Arc<Self> {
        let met = Arc::new(Met::of_stream(Arc::clone(&shared.met)));
        let (turn, lying, left) = (AtomicU64::new(0), AtomicUsize::new(0), Mutex::default());
        Arc::new(Self { turn, lying, left, shared, met })
    }

    /// Of the stream whose task this is.
    pub(super) fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// Why the stream was cut, if it was.
    pub(super) fn met(&self) -> Arc<Met> {
        Arc::clone(&self.met)
    }

    pub(super) fn given(&self, bytes: usize) {
        self.met.given(bytes);
        self.lying.fetch_add(1, Ordering::AcqRel);
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    /// hyper asks for more.
    pub(super) fn taken(&self) {
        // Nobody else changes the lowest bit.
        self.turn.fetch_add(self.turn.load(Ordering::Relaxed) % 2, Ordering::Relaxed);
    }

    /// So much of a piece is on its way to the client: that begins another turn.
    pub(super) fn moved(&self, bytes: usize) {
        self.met.written(bytes);
        self.turn.fetch_add(2, Ordering::Relaxed);
    }

    /// h2 has let go of a piece: it was written, or the stream was reset.
    pub(super) fn gone(&self) {
        if self.lying.fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(waker) = self.left.lock().waker.take()
        {
            waker.wake();
        }
    }

    /// For as long as a piece of it lies. It is let go by the stream's task: a piece is let go by h2 under its lock, which
    /// whatever a body holds may want too.
    pub(super) fn keep(&self, body: Box<dyn Send>) {
        self.left.lock().body = Some(body);
    }

    /// A stream that ends once its answer is taken, or when its client takes nothing of it; then h2 resets it.
    pub(super) async fn paced(self: Arc<Self>, stream: impl Future<Output = ()>) {
        let watched = Watched { stream: Some(Box::pin(stream)), pace: Arc::clone(&self), waits: None };
        CURRENT.scope(self, watched).await;
    }
}

struct Watched<F> {
    /// None once h2 has all of it.
    stream: Option<Pin<Box<F>>>,
    pace: Arc<Pace>,
    waits: Option<(u64, Pin<Box<Sleep>>)>,
}

impl<F> Drop for Watched<F> {
    fn drop(&mut self) {
        // The pieces of a connection that has ended are gone; what is left of the answer is told.
        self.stream = None;
        let body = self.pace.left.lock().body.take();
        drop(body);
    }
}

impl<F: Future<Output = ()>> Watched<F> {
    /// Whether there is nobody to wait for.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(stream) = &mut self.stream {
            if stream.as_mut().poll(context).is_pending() {
                return false;
            }
            self.stream = None;
        }
        let mut left = self.pace.left.lock();
        left.waker = Some(context.waker().clone());
        self.pace.lying.load(Ordering::Acquire) == 0
    }
}

impl<F: Future<Output = ()>> Future for Watched<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.is_over(context) {
            return Poll::Ready(());
        }
        let (turn, is_given) = (self.pace.turn.load(Ordering::Relaxed), self.stream.is_none());
        if !is_given && turn % 2 == 0 {
            return Poll::Pending;
        }
        if self.waits.as_ref().is_none_or(|(since, _)| *since != turn) {
            let Some(limit) = self.pace.shared.terms.limits().reading else {
                return Poll::Pending;
            };
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
        let shared = &self.pace.shared;
        shared.terms.count(Limit::Reading);
        if is_given {
            shared.met.set(Limit::Reading);
            shared.stuck.notify_one();
        } else {
            self.pace.met.set(Limit::Reading);
        }
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

    fn shared(terms: Terms) -> Shared {
        Shared { terms, met: Arc::default(), stuck: Arc::default() }
    }

    /// Gives a piece, waits this long for it to be taken, and so on.
    async fn taking(waits: &[u64]) {
        let pace = Pace::current().unwrap();
        for wait in waits {
            pace.given(1);
            tokio::time::sleep(Duration::from_secs(*wait)).await;
            pace.gone();
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
            Pace::kept(shared(terms)).paced(taking(waits)).await;
            let found = (begun.elapsed().as_secs(), counted.load(Ordering::Relaxed));
            assert_eq!(found, (lasts, cut), "{reading:?} {waits:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_piece_is_waited_for_and_ends_the_connection_if_it_lies() {
        // Part of it is taken at each of these seconds, and then all of it, or nothing more.
        for (reading, moves, all, lasts, is_stuck) in [
            (Some(LIMIT), &[][..], Some(59), 59, false),
            (Some(LIMIT), &[], None, 60, true),
            (Some(LIMIT), &[50, 100, 150], Some(200), 200, false),
            (Some(LIMIT), &[50], None, 120, true),
            (None, &[], Some(1000), 1000, false),
        ] {
            let limits = Arc::new(Limits { reading, ..Limits::default() });
            let shared = shared(Terms::new(move || Arc::clone(&limits), |_| {}, TrustedProxies::default()));
            let pace = Pace::kept(shared.clone());
            let begun = Instant::now();
            let client = async {
                for at in moves {
                    sleep(begun + Duration::from_secs(*at) - Instant::now()).await;
                    pace.moved(1);
                }
                match all {
                    Some(at) => sleep(begun + Duration::from_secs(at) - Instant::now()).await,
                    None => std::future::pending().await,
                }
                pace.gone();
                std::future::pending::<()>().await;
            };
            let stream = Arc::clone(&pace).paced(async { Pace::current().unwrap().given(9) });
            // The stream looks before the client moves, as it would in a task of its own: a move is seen at the next look.
            tokio::select! {
                biased;
                () = stream => {}
                () = client => {}
            }
            let stuck = tokio::time::timeout(Duration::ZERO, shared.stuck.notified()).await.is_ok();
            let found = (begun.elapsed().as_secs(), stuck, shared.met.limit().is_some());
            assert_eq!(found, (lasts, is_stuck, is_stuck), "{reading:?} {moves:?} {all:?}");
        }
    }
}
