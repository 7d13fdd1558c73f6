//! A connection in one request's hands: bounded by its deadline, and discarded when a statement did not end.

use std::{
    future::Future,
    sync::atomic::{AtomicUsize, Ordering},
};

use deadpool_postgres::{Client, Object};
use tokio::time::{Instant, timeout_at};

use super::{
    DatabaseFailure,
    cancel::Cancels,
    health::{Health, Place},
};

/// Dropped without `give_back`, it takes its connection with it, and cancels what still runs there.
pub(super) struct Lease {
    object: Option<Object>,
    health: Health,
    cancels: Cancels,
    /// Statements that were sent and have not ended.
    unfinished: AtomicUsize,
    place: Place,
}

impl Lease {
    pub(super) fn new(object: Object, health: Health, cancels: Cancels, place: Place) -> Self {
        Self { object: Some(object), health, cancels, unfinished: AtomicUsize::new(0), place }
    }

    pub(super) fn client(&self) -> &Client {
        self.object.as_ref().expect("it is taken only by what ends the lease")
    }

    /// Waits for a statement until the deadline, and tells the database's health what came of it.
    pub(super) async fn run<T>(
        &self,
        deadline: Instant,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, DatabaseFailure> {
        self.unfinished.fetch_add(1, Ordering::Relaxed);
        let ended = timeout_at(deadline, statement).await.map_err(|_| DatabaseFailure::Late);
        if ended.is_ok() {
            self.unfinished.fetch_sub(1, Ordering::Relaxed);
        }
        let ended = ended.and_then(|ended| ended.map_err(DatabaseFailure::from));
        match &ended {
            Ok(_) => self.health.worked(),
            Err(failure) => self.health.failed(failure.meaning()),
        }
        ended
    }

    /// Whether every statement that was sent has ended, so that the next one would not wait behind it.
    pub(super) fn is_quiet(&self) -> bool {
        self.unfinished.load(Ordering::Relaxed) == 0
    }

    /// Back to the pool, unless a statement may still run on it, or there are more connections than there are to be.
    pub(super) fn give_back(mut self) {
        let size = self.object.as_ref().and_then(Object::pool).map_or(0, |pool| pool.status().size);
        if self.is_quiet() && size <= self.place.most() {
            drop(self.object.take());
        }
    }

    /// From here on what is sent runs to its end, whoever waits for it: half of a COMMIT is nothing anybody wants.
    pub(super) fn undisturbed(mut self) -> Self {
        self.cancels = Cancels::default();
        self
    }

    fn close(&mut self) {
        let Some(object) = self.object.take() else { return };
        let client = Object::take(object);
        if !self.is_quiet() {
            self.cancels.leave(client);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.close();
    }
}
