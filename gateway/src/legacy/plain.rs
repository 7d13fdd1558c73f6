//! Asks what most requests ask, in place: no body or a small one, and an answer that says how long it is.
//!
//! hyper drives a connection in a task of its own, to which each request, its answer and every piece of that are handed
//! over. Where nothing is unusual the request's own task can write the one and read the other. Whatever is unusual is told
//! to hyper from its first byte on (`replay.rs`), so that hyper alone judges it.

mod head;

use std::{
    future::Future,
    io,
    pin::pin,
    task::{Context, Poll, Waker, ready},
};

use bytes::{Bytes, BytesMut};
use http::{
    Method, Request, Response,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE},
};
use http_body::Body;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::socket::{Socket, replay::Unread};
use crate::front::request_body::RequestBody;
use head::Read;

/// For a head, and what comes with it.
const ROOM: usize = 8 << 10;

/// Of what is written before anything is read: who answers early and reads no more of it must be heard, which hyper sees to.
const ASK_MOST: usize = 32 << 10;

/// For a piece of a body: several stay in the processor's cache.
const PIECE: usize = 64 << 10;

/// Of a head without an end: hyper says when it is too long.
const HEAD_MOST: usize = 64 << 10;

/// A connection that nobody else drives.
pub(super) struct Plain {
    socket: Socket,
    /// The same memory from answer to answer.
    room: BytesMut,
    /// It is a part of more memory than may lie idle, whatever is left of it.
    is_large: bool,
    /// What has come and was not asked for yet.
    rest: Bytes,
    text: Vec<u8>,
}

pub(super) enum Said {
    /// With the length of its body.
    Answer(Response<u64>),
    /// Something that hyper must see, or nothing at all.
    Else(Unread),
}

impl Plain {
    pub(super) fn new(socket: Socket) -> Self {
        Self { socket, room: BytesMut::new(), is_large: false, rest: Bytes::new(), text: Vec::new() }
    }

    pub(super) async fn can_ask(request: &mut Request<RequestBody>) -> bool {
        let headers = request.headers();
        let is_plain = request.method() != Method::CONNECT
            && !headers.contains_key(UPGRADE)
            && !headers.contains_key(TRANSFER_ENCODING)
            && (request.body().is_end_stream() || headers.contains_key(CONTENT_LENGTH))
            && length_at_least(request) <= ASK_MOST;
        is_plain && request.body_mut().is_whole().await
    }

    pub(super) async fn ask(&mut self, request: &Request<RequestBody>) -> Said {
        self.text.clear();
        head::write(request, &mut self.text);
        request.body().pieces().for_each(|piece| self.text.extend_from_slice(piece));
        if let Err(error) = self.socket.write_all(&self.text).await {
            return Said::Else(Unread { heard: Bytes::new(), error: Some(error) });
        }
        loop {
            self.make_room(ROOM);
            let read = self.socket.read_buf(&mut self.room).await;
            let heard = self.room.split().freeze();
            match read {
                Ok(0) => return Said::Else(Unread { heard, error: None }),
                Err(error) => return Said::Else(Unread { heard, error: Some(error) }),
                Ok(_) => {}
            }
            match head::read(heard, request.method()) {
                Read::Whole(answer, rest) => {
                    self.rest = rest;
                    return Said::Answer(answer);
                }
                Read::Partial(heard) if heard.len() < HEAD_MOST => self.room = BytesMut::from(heard),
                Read::Partial(heard) | Read::Unusual(heard) => {
                    return Said::Else(Unread { heard, error: None });
                }
            }
        }
    }

    /// More of an answer of which so much has to come.
    pub(super) fn poll_piece(&mut self, context: &mut Context<'_>, left: u64) -> Poll<io::Result<Bytes>> {
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        if self.rest.is_empty() {
            // One byte more than is expected: a read that fills all it has says nothing of whether more is there.
            self.make_room(left.min(PIECE) + 1);
            if ready!(pin!(self.socket.read_buf(&mut self.room)).poll(context))? == 0 {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            self.rest = self.room.split().freeze();
        }
        Poll::Ready(Ok(self.rest.split_to(left.min(self.rest.len()))))
    }

    /// Whether it can be asked again: who says more than was asked for is not understood. The end is told.
    pub(super) fn rests(&mut self, told: &Waker) -> bool {
        if self.is_large {
            self.room = BytesMut::new();
            self.is_large = false;
        }
        if self.text.capacity() > ROOM {
            self.text = Vec::new();
        }
        self.rest.is_empty() && self.socket.rests(told)
    }

    /// Nothing came unasked, the end neither: known without asking the kernel.
    pub(super) fn is_quiet(&self) -> bool {
        self.socket.is_quiet()
    }

    pub(super) fn heard(&self) -> u64 {
        self.socket.heard().bytes()
    }

    pub(super) fn into_socket(self) -> Socket {
        self.socket
    }

    /// The room of the last answer, unless somebody still holds a piece of it.
    fn make_room(&mut self, least: usize) {
        if self.room.capacity() - self.room.len() < least / 2 {
            self.room.reserve(least);
            self.is_large |= least > ROOM;
        }
    }
}

fn length_at_least(request: &Request<RequestBody>) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    target
        + headers.sum::<usize>()
        + usize::try_from(request.body().size_hint().lower()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
