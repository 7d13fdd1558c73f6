//! A part of the process that has to live as long as all of it: its death ends the rest, aloud.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tracing::error;

use super::drain::{Cause, Drain};

/// Whether a part has nothing more to do once it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    ForLife,
    UntilDone,
}

pub(super) struct Vital<S> {
    pub(super) name: String,
    pub(super) service: S,
    pub(super) term: Term,
    pub(super) drain: Arc<Drain>,
}

#[async_trait]
impl<S: BackgroundService + Send + Sync + 'static> BackgroundService for Vital<S> {
    async fn start(&self, shutdown: ShutdownWatch) {
        let is_over = shutdown.clone();
        let may_end = || self.term == Term::UntilDone || *is_over.borrow() || self.drain.is_draining();
        watch_over(&self.name, &self.drain, may_end, self.service.start(shutdown)).await;
    }
}

/// Runs it to its end; `may_end` says then whether that is what was to happen. A panic never is.
pub(super) async fn watch_over(
    name: &str,
    drain: &Drain,
    may_end: impl FnOnce() -> bool,
    part: impl Future<Output = ()>,
) {
    let mut part = pin!(part);
    let whole = std::future::poll_fn(|context| {
        // What it shared with others does not poison, and it is not asked again.
        match catch_unwind(AssertUnwindSafe(|| part.as_mut().poll(context))) {
            Ok(poll) => poll.map(|()| true),
            Err(_) => Poll::Ready(false),
        }
    })
    .await;
    let how = match whole {
        true if may_end() => return,
        true => "has ended",
        false => "has panicked",
    };
    // Told here: a process that is on its way out already asks for no cause.
    error!(service = name, "a part of the process {how}: all of it ends, rather than serve half");
    drain.end(Cause::Dead);
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use super::*;
    use crate::{
        host::{Ended, Host, Terms, ending::Signals},
        limits::{Limits, TrustedProxies},
    };

    enum Part {
        Returns,
        Panics,
        HandsOver(Arc<Drain>),
    }

    #[async_trait]
    impl BackgroundService for Part {
        async fn start(&self, mut shutdown: ShutdownWatch) {
            match self {
                Self::Returns => {}
                Self::Panics => panic!("seen in the test's output"),
                Self::HandsOver(drain) => {
                    drain.hand_over();
                    let _ = shutdown.changed().await;
                }
            }
        }
    }

    /// How a real server ends that is never sent a signal; nothing where it goes on.
    fn ended(parts: impl FnOnce(&mut Host, &Arc<Drain>) + Send + 'static) -> Option<Ended> {
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let drain = Arc::new(Drain::default());
            let mut host = Host::new(Arc::clone(&drain));
            parts(&mut host, &drain);
            let terms = Terms::new(|| Arc::new(Limits::default()), |_| {}, TrustedProxies::default());
            let signals = Signals::new(drain, Arc::default(), (Duration::ZERO, terms), None);
            tell.send(host.watched_by(signals))
        });
        told.recv_timeout(Duration::from_secs(60)).ok()
    }

    #[test]
    fn a_part_that_returns_or_panics_ends_the_process() {
        assert_eq!(ended(|host, _| host.in_background("part", Part::Returns)), Some(Ended::Dead));
        assert_eq!(ended(|host, _| host.in_background("part", Part::Panics)), Some(Ended::Dead));
        assert_eq!(ended(|host, _| host.until_done("part", Part::Panics)), Some(Ended::Dead));
    }

    #[test]
    fn a_part_that_is_done_ends_nothing() {
        let done = |host: &mut Host, drain: &Arc<Drain>| {
            host.until_done("part", Part::Returns);
            host.in_background("other", Part::HandsOver(Arc::clone(drain)));
        };
        assert_eq!(ended(done), Some(Ended::Whole));
    }
}
