//! How the process ends: requests that have begun are finished, within a bound; WebSockets are cut.
//!
//! On SIGTERM readiness turns false, listeners close, idle connections are closed after a quiet moment (at once
//! would hit the keep-alive client that is just sending), and the process ends when nothing is open any more.

use std::{
    io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use parking_lot::Mutex;
use pingora_core::server::{ShutdownSignal, ShutdownSignalWatch, ShutdownWatch};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{Notify, watch},
};
use tracing::{info, warn};

/// No request may hold up a restart longer than this.
const LONGEST: Duration = Duration::from_secs(30);

/// Counts open client connections and says whether the process is on its way out.
#[derive(Default)]
pub struct Drain {
    draining: watch::Sender<bool>,
    open: AtomicUsize,
    empty: Notify,
}

impl Drain {
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }

    /// Turns true when draining begins: listeners that watch it stop accepting.
    pub(super) fn watch(&self) -> ShutdownWatch {
        self.draining.subscribe()
    }

    /// Connections of clients that are open now.
    pub fn open_connections(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Counts a connection as open until the guard is dropped.
    pub(super) fn open(self: &Arc<Self>) -> OpenConnection {
        self.open.fetch_add(1, Ordering::Relaxed);
        OpenConnection(Arc::clone(self))
    }

    async fn finished(&self) {
        loop {
            let mut notified = pin!(self.empty.notified());
            // Registered before the count is read, or the last connection could close unseen in between.
            notified.as_mut().enable();
            if self.open.load(Ordering::Relaxed) == 0 {
                return;
            }
            notified.await;
        }
    }
}

pub(super) struct OpenConnection(Arc<Drain>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        if self.0.open.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.empty.notify_waiters();
        }
    }
}

/// SIGTERM drains, SIGINT ends at once.
pub(super) struct Signals {
    drain: Arc<Drain>,
    watched: Mutex<Option<Watched>>,
}

struct Watched {
    terminate: Signal,
    interrupt: Signal,
}

impl Watched {
    /// The runtime is needed only to say what is watched; the signals reach any runtime that asks for them later.
    fn now() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let _inside = runtime.enter();
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }
}

impl Signals {
    /// Called before the first listener opens: a SIGTERM that comes right after must already find a drain.
    pub(super) fn watch(drain: Arc<Drain>) -> Self {
        let watched = Watched::now();
        if let Err(error) = &watched {
            warn!(error = %error, "signals cannot be watched: end the process with SIGKILL");
        }
        Self { drain, watched: Mutex::new(watched.ok()) }
    }
}

#[async_trait]
impl ShutdownSignalWatch for Signals {
    async fn recv(&self) -> ShutdownSignal {
        let watched = self.watched.lock().take();
        let Some(Watched { mut terminate, mut interrupt }) = watched else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => return ShutdownSignal::FastShutdown,
            _ = terminate.recv() => {}
        }
        self.drain.draining.send_replace(true);
        info!("draining: finishing what has begun");
        tokio::select! {
            () = self.drain.finished() => info!("drained"),
            () = tokio::time::sleep(LONGEST) => warn!("some requests did not finish and are cut off"),
            _ = interrupt.recv() => return ShutdownSignal::FastShutdown,
        }
        ShutdownSignal::GracefulTerminate
    }
}
