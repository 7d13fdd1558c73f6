//! A socket that knows whether the other side has said anything since a request was sent.
//!
//! hyper reports a connection that closed silently and one that closed in the middle of an answer's head alike; only
//! the first may be a stale one.

pub(super) mod replay;

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use super::instances::Place;
use replay::{Replay, Unread};

/// Bytes received on a connection so far.
#[derive(Clone, Default)]
pub(super) struct Heard(Arc<AtomicU64>);

impl Heard {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Of an exchange that is told to another reader: from when on that one speaks for itself.
#[derive(Clone, Default)]
pub(super) struct CaughtUp(Arc<AtomicBool>);

impl CaughtUp {
    pub(super) fn tell(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What carries the bytes.
pub(super) enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut *self {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

pub(super) struct Socket {
    stream: Transport,
    heard: Heard,
    replay: Option<Box<Replay>>,
    /// With the socket, not with who reads it: a WebSocket keeps it too.
    _place: Option<Place>,
}

impl Socket {
    pub(super) fn new(stream: Transport, place: Option<Place>) -> Self {
        Self { stream, heard: Heard::default(), replay: None, _place: place }
    }

    /// For a reader who is to think that it asked what was asked already.
    pub(super) fn replaying(mut self, unread: Unread) -> (Self, CaughtUp) {
        let caught_up = CaughtUp::default();
        self.replay = Some(Box::new(Replay::of(unread, caught_up.clone())));
        (self, caught_up)
    }

    /// Tells who waits as soon as anything comes, or the end; false where it is here already.
    pub(super) fn rests(&self, told: &Waker) -> bool {
        let Transport::Plain(stream) = &self.stream else { return false };
        let is_pending = || stream.poll_read_ready(&mut Context::from_waker(told)).is_pending();
        // The runtime may still believe in what has been read: a look at the socket tells it.
        is_pending() || self.is_quiet() && is_pending()
    }

    /// Nothing came unasked, nor the end. The runtime knows of what may have come, so the kernel is seldom asked.
    pub(super) fn is_quiet(&self) -> bool {
        let Transport::Plain(stream) = &self.stream else { return false };
        matches!(stream.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    pub(super) fn heard(&self) -> Heard {
        self.heard.clone()
    }
}

fn has_closed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset)
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(replay) = &mut self.replay
            && ready!(replay.poll_tell(context, buffer))?
        {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.heard.0.fetch_add((buffer.filled().len() - before) as u64, Ordering::Relaxed);
        polled
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(replay) = &mut self.replay
            && replay.swallows()
        {
            return Poll::Ready(Ok(bytes.len()));
        }
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            // Who answers early and closes (a 413) must be heard: what is left to read decides, not the write.
            Poll::Ready(Err(error)) if has_closed(&error) => Poll::Ready(Ok(bytes.len())),
            written => written,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
