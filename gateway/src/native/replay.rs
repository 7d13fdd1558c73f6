//! A body that can be read again: what was read of it is kept, until the request is answered.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{Error, body::Body};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use parking_lot::Mutex;

/// The body as it came, and what was read of it.
#[derive(Clone)]
pub(super) struct Tape(Arc<Mutex<Recorded>>);

struct Recorded {
    source: Body,
    read: Vec<Bytes>,
}

/// The body from its beginning. One at a time: the one before it has to be gone.
struct Replay {
    tape: Tape,
    at: usize,
}

impl Tape {
    pub(super) fn new(source: Body) -> Self {
        Self(Arc::new(Mutex::new(Recorded { source, read: Vec::new() })))
    }

    pub(super) fn play(&self) -> Body {
        Body::new(Replay { tape: self.clone(), at: 0 })
    }
}

impl http_body::Body for Replay {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let tape = self.tape.clone();
        let mut recorded = tape.0.lock();
        if let Some(bytes) = recorded.read.get(self.at) {
            self.at += 1;
            return Poll::Ready(Some(Ok(Frame::data(bytes.clone()))));
        }
        let frame = ready!(Pin::new(&mut recorded.source).poll_frame(context));
        if let Some(bytes) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
            recorded.read.push(bytes.clone());
            self.at += 1;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        let recorded = self.tape.0.lock();
        self.at == recorded.read.len() && recorded.source.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let recorded = self.tape.0.lock();
        let kept: usize = recorded.read[self.at..].iter().map(Bytes::len).sum();
        let (source, kept) = (recorded.source.size_hint(), kept as u64);
        let mut hint = SizeHint::new();
        if let Some(upper) = source.upper() {
            hint.set_upper(upper + kept);
        }
        hint.set_lower(source.lower() + kept);
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use http_body::Body as _;
    use http_body_util::{BodyExt, Full};

    use super::*;

    struct InParts(VecDeque<&'static str>);

    impl http_body::Body for InParts {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
            Poll::Ready(self.0.pop_front().map(|part| Ok(Frame::data(part.into()))))
        }
    }

    #[tokio::test]
    async fn every_reading_is_the_first() {
        let tape = Tape::new(Body::new(InParts(["one ", "two ", "three"].into())));
        let mut begun = tape.play();
        assert_eq!(begun.frame().await.unwrap().unwrap().into_data().unwrap(), "one ");
        drop(begun);
        for _ in 0..2 {
            assert_eq!(tape.play().collect().await.unwrap().to_bytes(), "one two three");
        }
    }

    #[tokio::test]
    async fn its_length_is_that_of_the_whole_again() {
        let tape = Tape::new(Body::new(Full::from("whole")));
        for _ in 0..2 {
            let body = tape.play();
            assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(5), false));
            assert_eq!(body.collect().await.unwrap().to_bytes(), "whole");
        }
    }
}
