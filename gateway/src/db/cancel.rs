//! Stops statements that nobody waits for any more: the server would go on, and keep its locks, until they end.
//!
//! A request that is dropped cannot wait for anything, so it leaves its connection here; one task of the process cancels
//! what runs there and closes it only then: a pooler forgets who may cancel as soon as the connection is closed.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use deadpool_postgres::ClientWrapper;
use parking_lot::Mutex;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinSet,
    time::timeout,
};
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::debug;

use super::{pool::PoolSettings, seats::Seats};

/// Each takes a connection beside those of the pool.
const AT_ONCE: usize = 4;
const WITHIN: Duration = Duration::from_secs(2);

/// Where a connection is left that is discarded; clones share one queue, the default has none.
#[derive(Clone, Default)]
pub(super) struct Cancels {
    queue: Option<Sender<ClientWrapper>>,
}

/// The background service that cancels what runs on the connections in the queue, and closes them.
#[derive(Clone)]
pub struct Canceller {
    left: Arc<Mutex<Option<Receiver<ClientWrapper>>>>,
    tls: MakeRustlsConnect,
}

/// The two ends of a queue with room for the whole pool. Where `cancels` is false nothing is ever sent: PgBouncer 1.18
/// dies of a cancel request.
pub(super) fn queue(tls: MakeRustlsConnect, settings: PoolSettings) -> (Cancels, Canceller) {
    let (sender, receiver) = channel(settings.most + Seats::relief(settings.most));
    let cancels = Cancels { queue: settings.cancels.then_some(sender) };
    (cancels, Canceller { left: Arc::new(Mutex::new(Some(receiver))), tls })
}

impl Cancels {
    pub(super) fn are_on(&self) -> bool {
        self.queue.is_some()
    }

    /// Never waits. What finds no room is closed: in a transaction `statement_timeout` ends it, and what stands for
    /// itself then runs to its end.
    pub(super) fn leave(&self, client: ClientWrapper) {
        if let Some(queue) = &self.queue {
            let _ = queue.try_send(client);
        }
    }
}

impl Canceller {
    async fn cancel(client: ClientWrapper, tls: MakeRustlsConnect) {
        match timeout(WITHIN, client.cancel_token().cancel_query(tls)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => debug!(error = %error, "a statement could not be cancelled"),
            Err(_) => debug!("a statement could not be cancelled in time"),
        }
        drop(client);
    }
}

#[async_trait]
impl BackgroundService for Canceller {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let left = self.left.lock().take();
        let Some(mut left) = left else { return };
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                Some(client) = left.recv(), if running.len() < AT_ONCE => {
                    running.spawn(Self::cancel(client, self.tls.clone()));
                }
                Some(_) = running.join_next() => {}
                _ = shutdown.changed() => return,
            }
        }
    }
}
