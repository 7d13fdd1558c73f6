//! What was read of a body before anybody asked for it: a small one that is here already goes on with its head.

use std::{
    collections::VecDeque,
    future::poll_fn,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, SizeHint};

use super::{RequestBody, RequestBodyError};

/// A body of more is not waited for: its pieces go on as they come.
const MOST: u64 = 16 << 10;

/// hyper reads a piece when it is asked for one, and has it at its next turn.
const TURNS: u8 = 3;

#[derive(Default)]
pub(super) struct Ahead {
    pieces: VecDeque<Bytes>,
    /// Why no more came.
    error: Option<RequestBodyError>,
}

impl Ahead {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.error.is_none()
    }

    pub(super) fn next(&mut self) -> Option<Result<Bytes, RequestBodyError>> {
        self.pieces.pop_front().map(Ok).or_else(|| self.error.take().map(Err))
    }

    fn length(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.len() as u64).sum()
    }

    pub(super) fn and(&self, coming: SizeHint) -> SizeHint {
        if self.pieces.is_empty() {
            return coming;
        }
        let mut hint = SizeHint::new();
        hint.set_lower(self.length() + coming.lower());
        if let Some(upper) = coming.upper() {
            hint.set_upper(self.length() + upper);
        }
        hint
    }
}

impl RequestBody {
    /// Whether all of it is here, or so near that nobody is kept waiting for it. What was read stays to be read.
    pub async fn is_whole(&mut self) -> bool {
        if self.is_end_stream() {
            return true;
        }
        if self.held.is_some() || self.size_hint().exact().is_none_or(|length| length > MOST) {
            return false;
        }
        let mut turns = 0;
        poll_fn(|context| match self.poll_ahead(context) {
            Poll::Pending if turns < TURNS => {
                turns += 1;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Pending => Poll::Ready(false),
            ready => ready,
        })
        .await
    }

    /// Its pieces, once it is whole.
    pub fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        self.ahead.pieces.iter()
    }

    fn poll_ahead(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        while !self.has_come() {
            match std::task::ready!(self.poll_next(context, true)) {
                Some(Ok(frame)) => self.ahead.pieces.extend(frame.into_data().ok()),
                Some(Err(error)) => {
                    self.ahead.error = Some(error);
                    return Poll::Ready(false);
                }
                None => break,
            }
        }
        Poll::Ready(true)
    }
}
