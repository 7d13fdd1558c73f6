//! A request's body on its way in: counted, bounded, and honest about who broke it off.

mod ahead;
mod patience;

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::{sync::Notify, time::timeout};

use crate::{limits::Pace, parity::capture::Tap};
use ahead::Ahead;
use patience::Patience;

/// What has been read of a body, as those see it who no longer hold the body.
#[derive(Default)]
pub struct Received {
    /// Told every piece.
    tap: Option<Tap>,
    pub(super) bytes: AtomicU64,
    too_large: AtomicBool,
    too_slow: AtomicBool,
    broke_off: AtomicBool,
    abandoned: AtomicBool,
    over: AtomicBool,
    ended: Notify,
}

impl Received {
    pub(super) fn heard_by(tap: Option<Tap>) -> Self {
        Self { tap, ..Self::default() }
    }

    /// The body exceeded what the route allows.
    pub fn too_large(&self) -> bool {
        self.too_large.load(Ordering::Relaxed)
    }

    /// The client did not keep the pace that a body must have.
    pub fn too_slow(&self) -> bool {
        self.too_slow.load(Ordering::Relaxed)
    }

    /// Returns once nothing more of the body will come. For one waiter.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }

    /// Nothing more of the body will come.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Nobody wanted the rest, behind which hyper can read no next request.
    pub(super) fn abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed)
    }

    /// The legacy takes no more of it: the same, unless nothing is left.
    pub(super) fn refuse_rest(&self) {
        if !self.over.load(Ordering::Relaxed) {
            self.abandoned.store(true, Ordering::Relaxed);
        }
    }

    fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.ended.notify_one();
    }

    /// The client stopped sending before the end.
    pub fn broke_off(&self) -> bool {
        self.broke_off.load(Ordering::Relaxed)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum RequestBodyError {
    #[error("the body is larger than the route allows")]
    TooLarge,
    #[error("the body comes too slowly")]
    TooSlow,
    #[error("the client's body broke off")]
    BrokeOff(#[source] hyper::Error),
}

/// How long a client that waits to be asked for its body waits for the legacy to ask (RFC 9110 section 10.1.1): older
/// ones never do.
const INVITATION_LIMIT: Duration = Duration::from_secs(1);

pub struct RequestBody {
    incoming: Option<Incoming>,
    /// Until then nothing is read, for hyper asks the client for its body when it is read.
    held: Option<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>,
    left: u64,
    patience: Option<Patience>,
    received: Arc<Received>,
    ahead: Ahead,
}

impl RequestBody {
    pub(super) fn new(incoming: Incoming, received: Arc<Received>, pace: Option<Pace>) -> Self {
        let patience = pace.filter(|_| !incoming.is_end_stream()).map(Patience::with);
        let ahead = Ahead::default();
        let body = Self { incoming: Some(incoming), held: None, left: u64::MAX, patience, received, ahead };
        body.tell_end();
        body
    }

    /// From here on no more than this is read.
    pub(super) fn limit(&mut self, most: u64) {
        self.left = most;
    }

    /// Keeps it back until whoever holds the other end says so, but not for long.
    pub(super) fn hold(&mut self) -> Arc<Notify> {
        let invited = Arc::new(Notify::new());
        let told = Arc::clone(&invited);
        self.held = Some(Box::pin(async move {
            let _ = timeout(INVITATION_LIMIT, told.notified()).await;
        }));
        invited
    }

    pub fn empty() -> Self {
        let (received, ahead) = (Arc::default(), Ahead::default());
        Self { incoming: None, held: None, left: 0, patience: None, received, ahead }
    }

    fn abandon(&mut self) {
        if !self.has_come() {
            self.received.abandoned.store(true, Ordering::Relaxed);
        }
        self.incoming = None;
    }

    fn finish<T>(&mut self) -> Poll<Option<T>> {
        self.incoming = None;
        self.received.end();
        Poll::Ready(None)
    }

    fn tell_end(&self) {
        if self.has_come() {
            self.received.end();
        }
    }

    /// The client sends no more of it.
    fn has_come(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    /// A view of what has been read, for after the body was handed away.
    pub fn received(&self) -> Arc<Received> {
        Arc::clone(&self.received)
    }

    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        is_patient: bool,
    ) -> Poll<Option<Result<Frame<Bytes>, RequestBodyError>>> {
        if let Some(held) = &mut self.held {
            std::task::ready!(held.as_mut().poll(context));
            self.held = None;
        }
        let Self { incoming: Some(incoming), patience, .. } = self else { return Poll::Ready(None) };
        let Poll::Ready(frame) = Pin::new(incoming).poll_frame(context) else {
            let Some(patience) = patience.as_mut().filter(|_| !is_patient) else { return Poll::Pending };
            std::task::ready!(patience.poll_lost(context));
            self.received.too_slow.store(true, Ordering::Relaxed);
            self.abandon();
            return Poll::Ready(Some(Err(RequestBodyError::TooSlow)));
        };
        let frame = match frame {
            None => return self.finish(),
            // uvicorn's httptools adds trailers to the headers, of which all was judged, and some stripped, before.
            Some(Ok(frame)) if frame.is_trailers() => return self.finish(),
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                self.received.broke_off.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err(RequestBodyError::BrokeOff(error))));
            }
        };
        let length = frame.data_ref().map_or(0, |data| data.len() as u64);
        self.received.bytes.fetch_add(length, Ordering::Relaxed);
        if let (Some(tap), Some(data)) = (&self.received.tap, frame.data_ref()) {
            tap.asked(data);
        }
        if let Some(patience) = &mut self.patience {
            patience.came(length);
        }
        match self.left.checked_sub(length) {
            Some(left) => {
                self.left = left;
                self.tell_end();
                Poll::Ready(Some(Ok(frame)))
            }
            None => {
                self.abandon();
                self.received.too_large.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(RequestBodyError::TooLarge)))
            }
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = RequestBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, RequestBodyError>>> {
        match self.ahead.next() {
            Some(read) => Poll::Ready(Some(read.map(Frame::data))),
            None => self.poll_next(context, false),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ahead.is_empty() && self.has_come()
    }

    fn size_hint(&self) -> SizeHint {
        let coming = self.incoming.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint);
        self.ahead.and(coming)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.abandon();
    }
}
