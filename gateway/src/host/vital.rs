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
    drain.end(Cause::Dead { service: name.to_owned(), how });
}
