//! Whether a head that has begun comes to its end: h2 waits for the last frame of it, and tells nobody meanwhile.
//!
//! Only the nine bytes before each frame are looked at (RFC 9113 section 4.1); what is wrong with them is for h2 to say.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
    time::{Instant, sleep_until},
};

use crate::host::stream::Stream;

/// RFC 9113 section 3.4: it stands before the first frame.
const PREFACE: usize = 24;

const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

/// A client's stream, and where in its frames it is.
pub(super) struct Framed {
    stream: Stream,
    walk: Walk,
    /// What `late` was told last.
    told: Option<u32>,
    head: Arc<Head>,
}

/// The head that has begun and is not whole, if there is one.
#[derive(Default)]
pub(super) struct Head {
    begun: Mutex<Option<Instant>>,
    changed: Notify,
}

impl Head {
    /// Returns when one is not whole after so long.
    pub(super) async fn late(&self, within: impl Fn() -> Duration) {
        loop {
            let begun = *self.begun.lock();
            let Some(begun) = begun else {
                self.changed.notified().await;
                continue;
            };
            let until = begun + within();
            if until <= Instant::now() {
                return;
            }
            sleep_until(until).await;
        }
    }
}

impl Framed {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, walk: Walk::begin(), told: None, head: Arc::default() }
    }

    pub(super) fn head(&self) -> Arc<Head> {
        Arc::clone(&self.head)
    }

    fn saw(&mut self, bytes: &[u8]) {
        self.walk.take(bytes);
        let under_way = self.walk.head_under_way();
        if under_way != self.told {
            self.told = under_way;
            *self.head.begun.lock() = under_way.map(|_| Instant::now());
            self.head.changed.notify_one();
        }
    }
}

struct Walk {
    /// Of what is passed over: the preface, or the payload of a frame.
    rest: usize,
    /// As far as it is here.
    frame: [u8; 9],
    known: usize,
    is_head: bool,
    /// Whether its head ends with this frame.
    is_last: bool,
    /// To tell one head from the next.
    heads: u32,
}

impl Walk {
    fn begin() -> Self {
        Self { rest: PREFACE, frame: [0; 9], known: 0, is_head: false, is_last: true, heads: 0 }
    }

    fn head_under_way(&self) -> Option<u32> {
        self.is_head.then_some(self.heads)
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let passed = self.rest.min(bytes.len());
            self.rest -= passed;
            let read = (self.frame.len() - self.known).min(bytes.len() - passed);
            if self.rest == 0 {
                self.is_head &= !self.is_last;
                let known = &bytes[passed..passed + read];
                self.frame[self.known..self.known + read].copy_from_slice(known);
                self.known += read;
            }
            bytes = &bytes[passed + read..];
            if self.known == self.frame.len() {
                self.begin_frame();
            }
        }
    }

    fn begin_frame(&mut self) {
        let [large, middle, small, kind, flags, ..] = self.frame;
        self.known = 0;
        self.rest = usize::from(large) << 16 | usize::from(middle) << 8 | usize::from(small);
        if kind == HEADERS {
            self.heads = self.heads.wrapping_add(1);
        }
        if kind == HEADERS || kind == CONTINUATION {
            self.is_last = flags & END_HEADERS != 0;
            self.is_head = !(self.is_last && self.rest == 0);
        }
    }
}

impl AsyncRead for Framed {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, into))?;
        this.saw(&into.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Framed {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, length: u8) -> Vec<u8> {
        let mut whole = vec![0, 0, length, kind, flags, 0, 0, 0, 1];
        whole.extend(std::iter::repeat_n(kind, length.into()));
        whole
    }

    #[test]
    fn a_head_is_under_way_from_its_first_frame_to_the_end_of_its_last() {
        let (data, settings) = (0, 4);
        let whole = [
            (vec![b'P'; PREFACE], None),
            (frame(settings, END_HEADERS, 6), None),
            (frame(HEADERS, END_HEADERS, 20), Some(1)),
            (frame(data, END_HEADERS, 5), None),
            (frame(HEADERS, 0, 3), Some(2)),
            (frame(CONTINUATION, 0, 0), Some(2)),
            (frame(CONTINUATION, END_HEADERS, 1), Some(2)),
            (frame(HEADERS, 0, 0), Some(3)),
            (frame(CONTINUATION, END_HEADERS, 0), Some(3)),
            (frame(data, 0, 0), None),
        ];
        // After each byte: a frame says what it is with the last of its nine.
        let mut expected = Vec::new();
        let mut before = None;
        for (index, (bytes, head)) in whole.iter().enumerate() {
            let is_whole = whole.get(index + 1).is_none_or(|(_, next)| next != head);
            let begins = if index == 0 { 0 } else { 8 };
            expected.extend((0..bytes.len()).map(|at| {
                let is_last = at + 1 == bytes.len();
                if at < begins { before } else { head.filter(|_| !(is_last && is_whole)) }
            }));
            before = head.filter(|_| !is_whole);
        }
        let bytes: Vec<u8> = whole.into_iter().flat_map(|(bytes, _)| bytes).collect();
        for step in 1..=bytes.len() {
            let mut walk = Walk::begin();
            let mut at = 0;
            for piece in bytes.chunks(step) {
                walk.take(piece);
                at += piece.len();
                assert_eq!(walk.head_under_way(), expected[at - 1], "after {at} bytes in steps of {step}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_head_that_does_not_end_is_late() {
        let head = Head::default();
        let begun = Instant::now();
        let client = async {
            for wait in [20, 20, 20] {
                *head.begun.lock() = Some(Instant::now());
                head.changed.notify_one();
                tokio::time::sleep(Duration::from_secs(wait)).await;
                *head.begun.lock() = None;
                head.changed.notify_one();
                tokio::time::sleep(Duration::from_secs(100)).await;
            }
            *head.begun.lock() = Some(Instant::now());
            head.changed.notify_one();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = head.late(|| Duration::from_secs(30)) => {}
            () = client => {}
        }
        assert_eq!(begun.elapsed().as_secs(), 3 * 120 + 30);
    }
}
