//! By when a request's head must be here: one timer for each connection, handed on from request to request.
//!
//! Until its first byte that is what an idle client may take, and from then on what a head may take: hyper is shown whole
//! heads only, and could not tell one from the other.
//!
//! hyper begins a wait for every request and drops it soon after. To enter each among all timers, and to take it out
//! again, costs more than a timer that runs out early once in a while and is then set to when it should have been.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};
use parking_lot::Mutex;
use tokio::time;

use crate::edge::look::Slot;

/// Of one connection: nothing waits twice at a time.
pub(super) struct HeadDeadline {
    slot: Arc<Slot>,
    idle: Duration,
    spare: Spare,
}

type Spare = Arc<Mutex<Option<Pin<Box<time::Sleep>>>>>;

struct Wait {
    slot: Arc<Slot>,
    since: time::Instant,
    /// Of a client that says nothing.
    idle: time::Instant,
    timer: Option<Pin<Box<time::Sleep>>>,
    spare: Spare,
}

impl HeadDeadline {
    /// With a timer that has waited for something else until now.
    pub(super) fn new(slot: Arc<Slot>, idle: Duration, timer: Pin<Box<time::Sleep>>) -> Self {
        Self { slot, idle, spare: Arc::new(Mutex::new(Some(timer))) }
    }
}

impl Timer for HeadDeadline {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let deadline = time::Instant::from_std(deadline);
        // One that would run out too late is of no use.
        let timer = self.spare.lock().take().filter(|timer| timer.deadline() <= deadline);
        let timer = timer.unwrap_or_else(|| Box::pin(time::sleep_until(deadline)));
        // hyper says until when, and means the idle limit from now on; the clock need not be asked again.
        let since = deadline - self.idle;
        let (slot, spare) = (Arc::clone(&self.slot), Arc::clone(&self.spare));
        Box::pin(Wait { slot, since, idle: deadline, timer: Some(timer), spare })
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // Each byte of a head that comes has hyper ask again.
        let deadline = self.slot.head_deadline(self.since).unwrap_or(self.idle);
        let Some(timer) = &mut self.timer else { return Poll::Ready(()) };
        if timer.deadline() > deadline {
            timer.as_mut().reset(deadline);
        }
        loop {
            ready!(timer.as_mut().poll(context));
            if timer.deadline() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }
}

impl Sleep for Wait {}

impl Drop for Wait {
    fn drop(&mut self) {
        *self.spare.lock() = self.timer.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(75);

    fn now() -> Instant {
        time::Instant::now().into_std()
    }

    #[tokio::test(start_paused = true)]
    async fn each_wait_ends_when_it_should_whatever_was_before_it() {
        let timer = HeadDeadline::new(Arc::default(), LIMIT, Box::pin(time::sleep(LIMIT)));
        let begun = now();
        for part in [1, 2, 10] {
            let mut wait = timer.sleep_until(now() + LIMIT);
            let early = time::timeout(LIMIT / part - Duration::from_secs(1), &mut wait).await;
            assert!(early.is_err(), "a {part}th of the limit");
        }
        let since = now();
        assert!(since - begun > LIMIT, "the first timer has run out meanwhile");
        timer.sleep_until(since + LIMIT).await;
        assert_eq!((now() - since).as_secs(), LIMIT.as_secs());
        timer.sleep_until(now() + LIMIT).await;
        assert_eq!((now() - since).as_secs(), 2 * LIMIT.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn an_earlier_deadline_is_kept_as_well() {
        let timer = HeadDeadline::new(Arc::default(), LIMIT, Box::pin(time::sleep(LIMIT)));
        drop(timer.sleep_until(now() + LIMIT));
        let since = now();
        timer.sleep(Duration::from_secs(1)).await;
        assert_eq!((now() - since).as_secs(), 1);
    }
}
