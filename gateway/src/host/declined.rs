//! A connection on which an `Upgrade` was asked for that nobody granted: it is closed as every other one is.
//!
//! hyper keeps such a connection for whoever takes it over, whatever the answer was, and neither shuts it down nor says
//! goodbye at its end: closed as it is, with something unread, it would be reset, and the client might lose the answer.

use http::{Request, Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::io::AsyncWriteExt;

/// The last of the connection.
#[derive(Default)]
pub(super) struct Declined(Mutex<Option<OnUpgrade>>);

impl Declined {
    pub(super) fn asked<B>(&self, request: &Request<B>) {
        if let Some(upgrade) = request.extensions().get::<OnUpgrade>() {
            *self.0.lock() = Some(upgrade.clone());
        }
    }

    pub(super) fn answered<B>(&self, answer: &Response<B>) {
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            *self.0.lock() = None;
        }
    }

    /// Only once hyper has given the connection up: this would wait for it.
    pub(super) async fn close(self) {
        if let Some(upgrade) = self.0.into_inner()
            && let Ok(connection) = upgrade.await
        {
            // Who has left needs no goodbye.
            let _ = TokioIo::new(connection).shutdown().await;
        }
    }
}
