//! Whether the process is on its way out, how far, and what it still has open.
//!
//! What is open is finished within a bound; who has nothing under way is told to go, and asked again when it is quiet.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use pingora_core::server::ShutdownWatch;
use tokio::sync::{Notify, watch};

/// Counts what clients have open, and says whether the process is on its way out.
#[derive(Default)]
pub struct Drain {
    draining: watch::Sender<bool>,
    closing: watch::Sender<Closing>,
    parting: watch::Sender<bool>,
    cause: watch::Sender<Option<Cause>>,
    open: AtomicUsize,
    /// Those of clients that still accept.
    listeners: AtomicUsize,
    empty: Notify,
}

/// Which listeners have to close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd)]
pub(super) enum Closing {
    #[default]
    None,
    /// Operators still ask whether it is ready.
    Clients,
    /// A successor answers in its place.
    All,
}

/// Why it ends, where nobody has sent a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// Another process has the sockets now.
    HandedOver,
    /// Who started it to take over has given up: as far as anybody knows, the process before serves.
    Unwanted,
    /// Without it the process would serve half.
    Dead,
}

impl Drain {
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Turns true when draining begins: answers say from then on that their connection ends.
    pub(super) fn watch(&self) -> ShutdownWatch {
        self.draining.subscribe()
    }

    pub(super) async fn begun(&self) {
        reached(&self.draining, |draining| *draining).await;
    }

    /// Connections of clients that are open now, tunnels among them.
    pub fn open_connections(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Counts a connection, or a tunnel that was one, as open until the guard is dropped.
    pub fn open(self: &Arc<Self>) -> OpenConnection {
        self.open.fetch_add(1, Ordering::Relaxed);
        OpenConnection(Arc::clone(self))
    }

    /// Counts a listener of clients until the guard is dropped.
    pub(super) fn listening(self: &Arc<Self>) -> OpenListener {
        self.listeners.fetch_add(1, Ordering::Relaxed);
        OpenListener(Arc::clone(self))
    }

    /// Pending until what never ends by itself has to end.
    pub async fn parting(&self) {
        reached(&self.parting, |parting| *parting).await;
    }

    /// Pending until listeners of this kind have to close.
    pub(super) async fn closing(&self, kind: Closing) {
        reached(&self.closing, |closing| *closing >= kind).await;
    }

    pub(super) fn is_handed_over(&self) -> bool {
        *self.closing.borrow() == Closing::All
    }

    pub(super) fn begin(&self) {
        self.draining.send_replace(true);
    }

    pub(super) fn close(&self, kind: Closing) {
        // After a hand-over a signal changes nothing.
        self.closing.send_if_modified(|closing| {
            let is_more = kind > *closing;
            if is_more {
                *closing = kind;
            }
            is_more
        });
    }

    pub(super) fn part(&self) {
        self.parting.send_replace(true);
    }

    /// Nothing is accepted here any more from this moment, by no listener.
    pub(super) fn hand_over(&self) {
        self.begin();
        self.close(Closing::All);
        self.end(Cause::HandedOver);
    }

    /// The first cause is the one that counts.
    pub(super) fn end(&self, cause: Cause) {
        self.cause.send_if_modified(|known| {
            let is_first = known.is_none();
            known.get_or_insert(cause);
            is_first
        });
    }

    /// Whether a part died before anything else ended the process.
    pub(super) fn is_dead(&self) -> bool {
        *self.cause.borrow() == Some(Cause::Dead)
    }

    pub(super) async fn cause(&self) -> Cause {
        let mut causes = self.cause.subscribe();
        let known = causes.wait_for(Option::is_some).await;
        match known.ok().and_then(|known| *known) {
            Some(cause) => cause,
            // The sender is in `self`.
            None => std::future::pending().await,
        }
    }

    pub(super) async fn finished(&self) {
        loop {
            let mut notified = pin!(self.empty.notified());
            // Registered before the count is read, or the last connection could close unseen in between.
            notified.as_mut().enable();
            // A listener that closes still accepts who is queued: first it is gone, then they are counted.
            if self.listeners.load(Ordering::Acquire) == 0 && self.open.load(Ordering::Acquire) == 0 {
                return;
            }
            notified.await;
        }
    }
}

/// The sender lives in a `Drain` that is borrowed, so that waiting cannot fail.
async fn reached<T>(sender: &watch::Sender<T>, is_there: impl FnMut(&T) -> bool) {
    let mut watch = sender.subscribe();
    let _ = watch.wait_for(is_there).await;
}

pub struct OpenConnection(Arc<Drain>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        if self.0.open.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.empty.notify_waiters();
        }
    }
}

pub(super) struct OpenListener(Arc<Drain>);

impl Drop for OpenListener {
    fn drop(&mut self) {
        self.0.listeners.fetch_sub(1, Ordering::Release);
        self.0.empty.notify_waiters();
    }
}
