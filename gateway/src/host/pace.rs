//! A client's stream with what no client may do to it: take nothing of what waits for it, and be cut off in mid-sentence.
//!
//! Progress is that of writes, so it holds for answers and WebSockets alike, whatever protocol is spoken above.

use std::{
    future::{Future, poll_fn},
    io,
    mem::MaybeUninit,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use super::{
    Drain,
    admission::Place,
    terms::{Met, Terms},
};
use crate::limits::Limit;

/// How long a client that still sends may hear of the last answer: closed at once, it would get a reset instead (RFC 9112
/// section 9.6).
const LINGER: Duration = Duration::from_secs(2);

/// Most requests are shorter, so the first look is the only read.
const FIRST: usize = 4 << 10;

/// A connection of a client, from accepting to closing.
pub(super) struct Paced {
    stream: TcpStream,
    /// What came first, of which nobody has asked for more than a look.
    begun: BytesMut,
    terms: Terms,
    drain: Arc<Drain>,
    met: Arc<Met>,
    /// Since when nothing could be written; made when first needed.
    stalled: Option<Pin<Box<Sleep>>>,
    is_stalled: bool,
    lingering: Option<Pin<Box<Sleep>>>,
    _place: Place,
}

impl Paced {
    pub(super) fn new(
        stream: TcpStream,
        terms: Terms,
        drain: Arc<Drain>,
        met: Arc<Met>,
        place: Place,
    ) -> Self {
        Self {
            stream,
            begun: BytesMut::new(),
            terms,
            drain,
            met,
            stalled: None,
            is_stalled: false,
            lingering: None,
            _place: place,
        }
    }

    /// What became of writing: with nothing written for too long, an error, and the client hears no more.
    fn judge<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.is_stalled = false;
            return written;
        }
        if !self.is_stalled {
            let Some(limit) = self.terms.limits().reading else { return Poll::Pending };
            self.is_stalled = true;
            match &mut self.stalled {
                Some(timer) => timer.as_mut().reset(Instant::now() + limit),
                None => self.stalled = Some(Box::pin(sleep(limit))),
            }
        }
        let Some(timer) = &mut self.stalled else { return Poll::Pending };
        ready!(timer.as_mut().poll(context));
        self.terms.count(Limit::Reading);
        self.met.set(Limit::Reading);
        // What waits is of no use any more, and would stay in the kernel's memory as long as it tried to send it.
        let _ = self.stream.set_zero_linger();
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing of its answer")))
    }

    /// Reads some of what comes first, before anybody has a buffer for it: a client that says nothing costs no more than its
    /// socket. 0: it has left.
    pub(super) async fn hear(&mut self) -> io::Result<usize> {
        poll_fn(|context| {
            let mut room = [MaybeUninit::uninit(); FIRST];
            let mut buffer = ReadBuf::uninit(&mut room);
            ready!(self.stream().poll_read(context, &mut buffer))?;
            self.begun.extend_from_slice(buffer.filled());
            Poll::Ready(Ok(buffer.filled().len()))
        })
        .await
    }

    /// What was heard and is still to be read.
    pub(super) fn begun(&self) -> &[u8] {
        &self.begun
    }

    fn is_silent(&mut self, context: &mut Context<'_>) -> bool {
        self.stream().poll_read(context, &mut ReadBuf::new(&mut [0])).is_pending()
    }

    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.stream)
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.begun.is_empty() {
            return self.stream().poll_read(context, buffer);
        }
        let most = self.begun.len().min(buffer.remaining());
        buffer.put_slice(&self.begun[..most]);
        self.begun.advance(most);
        if self.begun.is_empty() {
            // Its memory goes now, and not with the connection.
            self.begun = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream().poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.stream().poll_write_vectored(context, bytes);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    /// Ends once the client has closed its side too, or has had time to; of a tunnel both sides end by themselves.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.met.is_tunnel() {
            return self.stream().poll_shutdown(context);
        }
        if self.lingering.is_none() {
            // Nothing waits that would have the kernel answer with a reset, and nothing more is to come: closing says it all.
            if self.met.has_had_the_last() && !self.met.is_unread() && self.is_silent(context) {
                return Poll::Ready(Ok(()));
            }
            ready!(self.stream().poll_shutdown(context))?;
            self.lingering = Some(Box::pin(sleep(LINGER)));
        }
        let mut nowhere = [0; 8 << 10];
        let mut rounds = 0;
        loop {
            let mut buffer = ReadBuf::new(&mut nowhere);
            match self.stream().poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => return Poll::Ready(Ok(())),
                Poll::Ready(Err(_)) => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(())) => {}
                // Who was quiet before the process ends has nothing under way.
                Poll::Pending if rounds == 0 && self.drain.is_draining() && !self.met.is_unread() => {
                    return Poll::Ready(Ok(()));
                }
                Poll::Pending => break,
            }
            rounds += 1;
            if rounds == 16 {
                // Others are to have their turn, and the timer its say.
                context.waker().wake_by_ref();
                break;
            }
        }
        match &mut self.lingering {
            Some(timer) => timer.as_mut().poll(context).map(Ok),
            None => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests;
