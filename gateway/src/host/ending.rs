//! In which order a process ends, and what is said of it: after a signal, a hand-over, or the death of a part.
//!
//! On SIGTERM readiness turns false; listeners close after the delay; WebSockets are closed at a frame's end; the process
//! ends when nothing is open any more. After a hand-over WebSockets stay to the deadline: nobody waits for the process.

use std::{io, sync::Arc, time::Duration};

use async_trait::async_trait;
use parking_lot::Mutex;
use pingora_core::server::{ShutdownSignal, ShutdownSignalWatch};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{Instant, sleep, sleep_until},
};
use tracing::{info, warn};

use super::{
    Terms,
    drain::{Cause, Closing, Drain},
    handover::Estate,
    supervisor,
};
use crate::limits::Limit;

/// For sockets that are told at the deadline: the frame that has begun, and for the client to hear of it.
const PARTING: Duration = Duration::from_secs(8);

/// From the last of them that is cut off to the end of the process.
const LAST_STEPS: Duration = Duration::from_secs(5);

/// How the process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All that had begun was finished; or somebody wanted it to end at once.
    Whole,
    /// The time was over for some.
    Cut,
    /// A part had died, and the rest ended with it; or nobody waited for it any more.
    Dead,
}

/// SIGTERM drains, SIGINT ends at once.
pub(super) struct Signals {
    drain: Arc<Drain>,
    estate: Arc<Estate>,
    /// New connections are still taken so long, after SIGTERM: whoever sends clients here has yet to hear of it.
    delay: Duration,
    terms: Terms,
    watched: Mutex<Option<Watched>>,
    ended: Arc<Mutex<Ended>>,
}

pub(super) struct Watched {
    terminate: Signal,
    interrupt: Signal,
}

impl Watched {
    /// The runtime is needed only to say what is watched; the signals reach any runtime that asks for them later.
    ///
    /// Called before the first listener opens: a SIGTERM that comes right after must already find a drain.
    pub(super) fn now() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let _inside = runtime.enter();
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }
}

impl Signals {
    pub(super) fn new(
        drain: Arc<Drain>,
        estate: Arc<Estate>,
        (delay, terms): (Duration, Terms),
        watched: Option<Watched>,
    ) -> Self {
        let (watched, ended) = (Mutex::new(watched), Arc::new(Mutex::new(Ended::Whole)));
        Self { drain, estate, delay, terms, watched, ended }
    }

    /// Filled in when the process has ended.
    pub(super) fn ended(&self) -> Arc<Mutex<Ended>> {
        Arc::clone(&self.ended)
    }

    async fn leave(&self, terminate: &mut Option<Signal>) -> Ended {
        let cause = tokio::select! {
            () = received(terminate) => None,
            cause = self.drain.cause() => Some(cause),
        };
        self.after(cause, terminate).await
    }

    async fn after(&self, cause: Option<Cause>, terminate: &mut Option<Signal>) -> Ended {
        self.drain.begin();
        match cause {
            None => self.after_sigterm(terminate).await,
            Some(Cause::HandedOver) => self.after_hand_over(terminate).await,
            Some(Cause::Unwanted) => {
                warn!("the process that started this one is gone: nothing is taken over, and this one ends");
                self.after_death().await
            }
            Some(Cause::Dead) => self.after_death().await,
        }
    }

    async fn after_sigterm(&self, terminate: &mut Option<Signal>) -> Ended {
        supervisor::stopping(self.delay + self.longest() + LAST_STEPS);
        info!("draining: finishing what has begun");
        if !self.delay.is_zero() {
            tokio::select! {
                () = sleep(self.delay) => {}
                // Whoever asks twice does not want to wait.
                () = received(terminate) => {}
                // Nor can whoever comes be served as before.
                _ = self.drain.cause() => {}
            }
        }
        match self.close().await {
            _ if self.drain.is_dead() => Ended::Dead,
            ended => ended,
        }
    }

    async fn after_hand_over(&self, terminate: &mut Option<Signal>) -> Ended {
        info!("handed over: finishing what has begun");
        self.drain.close(Closing::All);
        let deadline = Instant::now() + self.longest();
        tokio::select! {
            () = self.drain.finished() => {}
            () = received(terminate) => {}
            () = sleep_until(deadline) => {}
        }
        self.drain.part();
        self.wait(deadline.max(Instant::now() + PARTING)).await
    }

    async fn after_death(&self) -> Ended {
        supervisor::stopping(self.longest() + LAST_STEPS);
        self.close().await;
        Ended::Dead
    }

    async fn close(&self) -> Ended {
        self.drain.part();
        // Before the listeners: with a copy left the kernel takes who comes after their last look, to reset them.
        self.estate.lock().clear();
        self.drain.close(Closing::Clients);
        self.wait(Instant::now() + self.longest()).await
    }

    /// As it is in force when a part of leaving begins.
    fn longest(&self) -> Duration {
        self.terms.limits().drain
    }

    async fn wait(&self, deadline: Instant) -> Ended {
        tokio::select! {
            () = self.drain.finished() => {
                info!("drained");
                Ended::Whole
            }
            () = sleep_until(deadline) => {
                let open = self.drain.open_connections();
                (0..open).for_each(|_| self.terms.count(Limit::Drain));
                warn!(open, "some requests did not finish and are cut off");
                Ended::Cut
            }
        }
    }
}

#[async_trait]
impl ShutdownSignalWatch for Signals {
    async fn recv(&self) -> ShutdownSignal {
        let watched = self.watched.lock().take();
        let (mut terminate, mut interrupt) =
            watched.map(|watched| (watched.terminate, watched.interrupt)).unzip();
        tokio::select! {
            () = received(&mut interrupt) => ShutdownSignal::FastShutdown,
            ended = self.leave(&mut terminate) => {
                *self.ended.lock() = ended;
                ShutdownSignal::GracefulTerminate
            }
        }
    }
}

/// One that cannot be watched never comes.
async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Limits, TrustedProxies};

    #[tokio::test(start_paused = true)]
    async fn a_part_that_dies_during_the_delay_ends_it_and_is_told_by_the_exit_code() {
        let drain = Arc::<Drain>::default();
        let delay = Duration::from_hours(1);
        let terms = Terms::new(|| Arc::new(Limits::default()), |_| {}, TrustedProxies::default());
        let signals = Signals::new(Arc::clone(&drain), Arc::default(), (delay, terms), None);
        let began = Instant::now();
        let dying = async {
            sleep(delay / 2).await;
            drain.end(Cause::Dead);
        };
        let mut terminate = None;
        let (ended, ()) = tokio::join!(signals.after(None, &mut terminate), dying);
        assert_eq!((ended, began.elapsed() < delay), (Ended::Dead, true));
    }
}
