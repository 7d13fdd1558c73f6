//! An exchange that has begun, for a reader that knows nothing of it: what it asks was asked and goes nowhere, and what was
//! answered comes once more.

use std::{
    io,
    task::{Context, Poll, Waker, ready},
};

use bytes::{Buf, Bytes};
use tokio::io::ReadBuf;

use super::CaughtUp;

/// What the first reader has heard.
pub(in crate::legacy) struct Unread {
    pub(in crate::legacy) heard: Bytes,
    /// And how it ended, if it did.
    pub(in crate::legacy) error: Option<io::Error>,
}

pub(super) struct Replay {
    unread: Unread,
    /// Until it has, there is no answer: hyper takes one that comes unasked for a fault.
    has_asked: bool,
    waiting: Option<Waker>,
    caught_up: CaughtUp,
}

impl Replay {
    pub(super) fn of(unread: Unread, caught_up: CaughtUp) -> Self {
        Self { unread, has_asked: false, waiting: None, caught_up }
    }

    /// False where it goes to the legacy.
    pub(super) fn swallows(&mut self) -> bool {
        self.has_asked = true;
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
        !self.caught_up.is_told()
    }

    /// False where all was told.
    pub(super) fn poll_tell(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<bool>> {
        ready!(self.poll_asked(context));
        let heard = &mut self.unread.heard;
        let most = heard.len().min(buffer.remaining());
        if most > 0 {
            buffer.put_slice(&heard[..most]);
            heard.advance(most);
            return Poll::Ready(Ok(true));
        }
        match self.unread.error.take() {
            Some(error) => Poll::Ready(Err(error)),
            None => Poll::Ready(Ok(false)),
        }
    }

    fn poll_asked(&mut self, context: &Context<'_>) -> Poll<()> {
        if self.has_asked {
            return Poll::Ready(());
        }
        self.waiting = Some(context.waker().clone());
        Poll::Pending
    }
}
