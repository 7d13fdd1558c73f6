//! Looks at what a client sends before hyper does, and lets pass only what everybody reads alike.
//!
//! hyper tidies some of it up: bare LF, equal lengths, a `#`. Where a whole head came with one read it is judged in place
//! and nothing is copied; the beginning of one is held back until the rest is there.

mod chunks;
#[cfg(any(test, fuzzing))]
pub(crate) mod cut;
pub mod limits;
mod slot;
mod stand_in;
mod walk;

use std::{
    any::Any,
    error::Error,
    io, iter, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub use slot::Slot;
pub(crate) use walk::too_large;

use super::{Class, judge::Passed};
use walk::{Rest, Walk, Walked, begins};

/// The configuration by which a head was judged, and by which its request is to be answered.
pub type Basis = Arc<dyn Any + Send + Sync>;

/// Who decides what passes.
pub trait Doorkeeper: Send + Sync {
    /// For the whole of a head.
    fn within(&self) -> Duration;

    /// Of a head whose end is missing: whether it is too large already.
    fn too_large(&self, begun: &[u8]) -> Option<(Class, Basis)>;

    /// A whole head.
    fn judge(&self, head: &[u8]) -> (Result<Passed, Class>, Basis);

    /// A connection ends for this, and there is no request of which the log could tell.
    fn ended(&self, class: Class);
}

/// The stream of one client.
pub struct Looked<IO> {
    stream: IO,
    keeper: Arc<dyn Doorkeeper>,
    slot: Arc<Slot>,
    walk: Walk,
    /// The beginning of a head, an empty line before one, or what came behind a request for a WebSocket.
    held: Vec<u8>,
    /// What may go on, from this place.
    passed: Vec<u8>,
    given: usize,
}

impl<IO> Looked<IO> {
    pub fn new(stream: IO, keeper: Arc<dyn Doorkeeper>, slot: Arc<Slot>) -> Self {
        Self { stream, keeper, slot, walk: Walk::begin(), held: Vec::new(), passed: Vec::new(), given: 0 }
    }

    fn advance(&mut self, bytes: &[u8]) -> Walked {
        let (keeper, slot) = (&self.keeper, &self.slot);
        let too_large = |begun: &[u8]| {
            let (class, basis) = keeper.too_large(begun)?;
            slot.judged(basis);
            Some(class)
        };
        let judge = |head: &[u8]| {
            let (verdict, basis) = keeper.judge(head);
            slot.judged(basis);
            verdict
        };
        let walked = self.walk.advance(bytes, too_large, judge);
        if let Some(number) = self.walk.asking() {
            self.slot.ask(number);
        }
        walked
    }

    /// What was held is looked at again: with more behind it, or because what it waited for is known.
    fn look_again(&mut self) {
        let mut bytes = mem::take(&mut self.held);
        let Walked { passed, rest } = self.advance(&bytes);
        if passed == 0 && rest == Rest::Held {
            self.held = bytes;
            return self.await_head();
        }
        // Another head than the one that was waited for.
        self.slot.head_is_over();
        self.settle(&bytes[passed..], rest);
        bytes.truncate(passed);
        // A stand-in stands behind what passes before it.
        bytes.append(&mut self.passed);
        (self.passed, self.given) = (bytes, 0);
    }

    /// What becomes of the bytes that do not pass now.
    fn settle(&mut self, bytes: &[u8], rest: Rest) {
        match rest {
            Rest::Nothing => {}
            Rest::Held => self.held.extend_from_slice(bytes),
            Rest::Refused(class, length) => {
                self.slot.refuse(class);
                self.passed = stand_in::of(&bytes[..length]);
                self.given = 0;
            }
            Rest::Astray => self.keeper.ended(Class::ChunkMalformed),
        }
        self.await_head();
    }

    /// Whoever waits for the next head is told that it has begun.
    fn await_head(&self) {
        let has_begun = begins(&self.held) < self.held.len();
        if has_begun && !self.walk.has_asked() && !self.slot.has_begun() {
            self.slot.head_begins(self.keeper.within());
        }
    }

    /// What may go on and has not.
    fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let left = &self.passed[self.given..];
        if left.is_empty() {
            return false;
        }
        let here = left.len().min(buffer.remaining());
        buffer.put_slice(&left[..here]);
        self.given += here;
        if self.given == self.passed.len() {
            (self.passed, self.given) = (Vec::new(), 0);
        }
        true
    }
}

impl<IO: AsyncRead + Unpin> Looked<IO> {
    /// Whether something is there to be given, or the end; the stream is read into free space of the caller.
    fn look(&mut self, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        loop {
            if self.give(buffer) {
                return Poll::Ready(Ok(()));
            }
            if self.walk.has_asked()
                && let Some(granted) = self.slot.granted(context.waker())
            {
                self.walk.answered(granted);
                self.look_again();
                continue;
            }
            if self.walk.is_tunnel() {
                return Pin::new(&mut self.stream).poll_read(context, buffer);
            }
            if self.walk.is_over() {
                // The stand-in is answered and its connection closed; for a body there is no answer to wait for.
                let is_answered = self.slot.is_refusing();
                return if is_answered {
                    Poll::Pending
                } else {
                    Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, Astray)))
                };
            }
            // What comes behind a request for a WebSocket waits in the socket.
            if self.walk.has_asked() && !self.held.is_empty() {
                return Poll::Pending;
            }
            ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
            if buffer.filled().len() == before {
                return Poll::Ready(Ok(()));
            }
            if self.held.is_empty() {
                let Walked { passed, rest } = self.advance(&buffer.filled()[before..]);
                self.settle(&buffer.filled()[before + passed..], rest);
                buffer.set_filled(before + passed);
                if passed > 0 {
                    return Poll::Ready(Ok(()));
                }
            } else {
                self.held.extend_from_slice(&buffer.filled()[before..]);
                buffer.set_filled(before);
                self.look_again();
            }
        }
    }
}

/// What reads the body is told.
#[derive(Debug, thiserror::Error)]
#[error("the body is not chunked as it should be")]
struct Astray;

/// Whether this is why a body broke off.
pub fn is_astray(error: &(dyn Error + 'static)) -> bool {
    let mut causes = iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source());
    causes.any(|cause| {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.is_some_and(|inner| inner.is::<Astray>())
    })
}

impl<IO: AsyncRead + Unpin> AsyncRead for Looked<IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.get_mut().look(context, buffer)
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Looked<IO> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests;
