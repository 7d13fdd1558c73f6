//! The legacy's answer on its way to the client, frame by frame as it arrives, but not for ever.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

use super::{
    address::LegacyAddress,
    instances::{Lease, rules::LegacyLimits},
    link::Link,
};
use crate::limits::Limit;

/// Gives its connection back to the pool at its end; dropped earlier, it closes the connection, which tells the
/// legacy that nobody is waiting any more.
pub struct LegacyBody {
    coming: Coming,
    address: LegacyAddress,
    lease: Option<Lease>,
    clock: Option<Box<Clock>>,
    /// Why it breaks off, before that is told.
    cut: Option<io::Error>,
}

/// Where the bytes are read.
pub(super) enum Coming {
    Driven(Incoming),
    /// By whoever wants them, from the connection that the lease has: so many more.
    Plain(u64),
}

/// Why an answer has no end.
#[derive(Debug, thiserror::Error)]
pub enum LegacyBodyError {
    #[error("the legacy broke its answer off")]
    BrokeOff(#[source] hyper::Error),
    #[error("the legacy broke its answer off")]
    Cut(#[source] io::Error),
    #[error("the legacy's answer takes longer than it may")]
    Late(Limit),
}

/// Until when the next piece has to be here. The gap counts from when it is waited for: while a client takes its time
/// with the last piece, the legacy is not late.
struct Clock {
    gap: Option<Duration>,
    end: Option<Instant>,
    is_waiting: bool,
    next: Pin<Box<Sleep>>,
}

impl LegacyBody {
    pub(super) fn new(coming: Coming, lease: Lease, limits: &LegacyLimits) -> Self {
        let address = lease.turn.instance.address.clone();
        let clock = limits.gap.map(|gap| Clock::new(Some(gap), None, Instant::now() + gap));
        let mut body = Self { coming, address, lease: Some(lease), clock, cut: None };
        body.end_lease_at_end();
        body
    }

    /// The whole of it has to be here by then.
    pub(super) fn end_by(&mut self, end: Instant) {
        match &mut self.clock {
            Some(clock) => clock.end = Some(end),
            None => self.clock = Some(Clock::new(None, Some(end), end)),
        }
    }

    /// Which instance answered.
    pub fn address(&self) -> &LegacyAddress {
        &self.address
    }

    fn end_lease_at_end(&mut self) {
        if self.coming.is_over() {
            self.end_lease();
        }
    }

    fn poll_coming(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, LegacyBodyError>>> {
        match (&mut self.coming, &mut self.lease) {
            (Coming::Driven(incoming), _) => {
                Pin::new(incoming).poll_frame(context).map_err(LegacyBodyError::BrokeOff)
            }
            (Coming::Plain(left @ 1..), Some(Lease { link: Link::Plain(plain), .. })) => {
                if let Some(cut) = self.cut.take() {
                    return Poll::Ready(Some(Err(LegacyBodyError::Cut(cut))));
                }
                match ready!(plain.poll_piece(context, *left)) {
                    Ok(piece) => {
                        *left -= piece.len() as u64;
                        Poll::Ready(Some(Ok(Frame::data(piece))))
                    }
                    Err(cut) => {
                        // hyper writes what it was given before only where it has to wait, and nothing after an error.
                        self.cut = Some(cut);
                        context.waker().wake_by_ref();
                        Poll::Pending
                    }
                }
            }
            (Coming::Plain(_), _) => Poll::Ready(None),
        }
    }

    fn end_lease(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }

    fn broke_off(&mut self, why: &dyn std::error::Error) {
        if let Some(lease) = self.lease.take() {
            lease.turn.instance.failed(&why.to_string());
        }
    }
}

impl Coming {
    fn is_over(&self) -> bool {
        match self {
            Self::Driven(incoming) => incoming.is_end_stream(),
            Self::Plain(left) => *left == 0,
        }
    }
}

impl Clock {
    fn new(gap: Option<Duration>, end: Option<Instant>, next: Instant) -> Box<Self> {
        Box::new(Self { gap, end, is_waiting: false, next: Box::pin(sleep_until(next)) })
    }

    /// Which of the two it was.
    fn limit(&self) -> Limit {
        match self.end {
            Some(end) if self.next.deadline() >= end => Limit::LegacyTotal,
            Some(_) | None => Limit::LegacyGap,
        }
    }

    /// Ready when it has been waited for too long.
    fn poll_late(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(gap) = self.gap.filter(|_| !self.is_waiting) {
            let next = Instant::now() + gap;
            self.next.as_mut().reset(self.end.map_or(next, |end| next.min(end)));
        }
        self.is_waiting = true;
        self.next.as_mut().poll(context)
    }
}

impl Body for LegacyBody {
    type Data = Bytes;
    type Error = LegacyBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, LegacyBodyError>>> {
        let Poll::Ready(frame) = self.poll_coming(context) else {
            let Some(clock) = &mut self.clock else { return Poll::Pending };
            ready!(clock.poll_late(context));
            let late = LegacyBodyError::Late(clock.limit());
            self.broke_off(&late);
            return Poll::Ready(Some(Err(late)));
        };
        match &frame {
            None => self.end_lease(),
            // Trailers are the last of a body, and hyper does not ask for more.
            Some(Ok(frame)) if frame.is_trailers() => self.end_lease(),
            Some(Ok(_)) => {
                if let Some(clock) = &mut self.clock {
                    clock.is_waiting = false;
                }
                self.end_lease_at_end();
            }
            Some(Err(error)) => self.broke_off(error),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.lease.is_none() || self.coming.is_over()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.coming {
            Coming::Driven(incoming) => incoming.size_hint(),
            Coming::Plain(left) => SizeHint::with_exact(*left),
        }
    }
}
