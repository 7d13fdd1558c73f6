//! How long the gateway waits for a body that hardly comes.
//!
//! Only time in which it waits for the client counts: a legacy that does not read what is there is not the client's doing.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::limits::Pace;

pub(super) struct Patience {
    pace: Pace,
    /// Since the pace was last kept: what has come, and how long it was waited for.
    come: u64,
    waited: Duration,
    waiting_since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    pub(super) fn with(pace: Pace) -> Self {
        Self { pace, come: 0, waited: Duration::ZERO, waiting_since: None, timer: None }
    }

    /// Something has come.
    pub(super) fn came(&mut self, bytes: u64) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
        self.come += bytes;
        if self.come >= self.pace.least {
            self.come = 0;
            self.waited = Duration::ZERO;
        }
    }

    /// Nothing is there: ready once that has been so for too long.
    pub(super) fn poll_lost(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.waiting_since.is_none() {
            let now = Instant::now();
            let until = now + self.pace.within.saturating_sub(self.waited);
            self.waiting_since = Some(now);
            match &mut self.timer {
                Some(timer) => timer.as_mut().reset(until),
                None => self.timer = Some(Box::pin(sleep_until(until))),
            }
        }
        self.timer.as_mut().map_or(Poll::Pending, |timer| timer.as_mut().poll(context))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::{advance, timeout};

    use super::*;

    const PACE: Pace = Pace { least: 100, within: Duration::from_secs(10) };

    async fn wait(patience: &mut Patience, seconds: u64) -> bool {
        let lost = poll_fn(|context| patience.poll_lost(context));
        timeout(Duration::from_secs(seconds), lost).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn who_keeps_the_pace_may_take_for_ever() {
        let mut patience = Patience::with(PACE);
        for _ in 0..100 {
            assert!(!wait(&mut patience, 9).await);
            patience.came(100);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn drops_do_not_help_who_is_too_slow() {
        let mut patience = Patience::with(PACE);
        for _ in 0..9 {
            assert!(!wait(&mut patience, 1).await);
            patience.came(1);
        }
        assert!(!wait(&mut patience, 0).await);
        assert!(wait(&mut patience, 2).await);
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nobody_waits_for_the_client_does_not_count() {
        let mut patience = Patience::with(PACE);
        for _ in 0..9 {
            assert!(!wait(&mut patience, 1).await);
            patience.came(1);
            advance(Duration::from_mins(1)).await;
        }
        assert!(!wait(&mut patience, 0).await, "nine seconds of ten");
    }
}
