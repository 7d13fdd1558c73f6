//! Stops statements that nobody waits for any more: the server would go on, and keep its locks, until they end.
//!
//! A request that is dropped cannot wait for anything, so it leaves a token here; one task of the process uses them.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use parking_lot::Mutex;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinSet,
    time::timeout,
};
use tokio_postgres::CancelToken;
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::debug;

/// More than are waiting then are not cancelled: a server in such trouble has its own timeouts to help itself.
const QUEUE: usize = 64;
/// Each takes a connection beside those of the pool.
const AT_ONCE: usize = 4;
const WITHIN: Duration = Duration::from_secs(2);

/// Where a connection that is discarded leaves its token; clones share one queue, the default has none.
#[derive(Clone, Default)]
pub(super) struct Cancels {
    queue: Option<Sender<CancelToken>>,
}

/// The background service that sends what was left in the queue.
#[derive(Clone)]
pub struct Canceller {
    tokens: Arc<Mutex<Option<Receiver<CancelToken>>>>,
    tls: MakeRustlsConnect,
}

/// The two ends of a queue. Where `is_on` is false nothing is ever sent: PgBouncer 1.18 dies of a cancel request.
pub(super) fn queue(tls: MakeRustlsConnect, is_on: bool) -> (Cancels, Canceller) {
    let (sender, receiver) = channel(QUEUE);
    let cancels = Cancels { queue: is_on.then_some(sender) };
    (cancels, Canceller { tokens: Arc::new(Mutex::new(Some(receiver))), tls })
}

impl Cancels {
    /// Never waits. What finds no room is left to `statement_timeout`.
    pub(super) fn leave(&self, client: &tokio_postgres::Client) {
        if let Some(queue) = &self.queue {
            let _ = queue.try_send(client.cancel_token());
        }
    }
}

impl Canceller {
    async fn cancel(token: CancelToken, tls: MakeRustlsConnect) {
        match timeout(WITHIN, token.cancel_query(tls)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => debug!(error = %error, "a statement could not be cancelled"),
            Err(_) => debug!("a statement could not be cancelled in time"),
        }
    }
}

#[async_trait]
impl BackgroundService for Canceller {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let tokens = self.tokens.lock().take();
        let Some(mut tokens) = tokens else { return };
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                Some(token) = tokens.recv(), if running.len() < AT_ONCE => {
                    running.spawn(Self::cancel(token, self.tls.clone()));
                }
                Some(_) = running.join_next() => {}
                _ = shutdown.changed() => return,
            }
        }
    }
}
