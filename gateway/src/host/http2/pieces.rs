//! An answer's body in pieces of 16 KiB: h2 takes whatever it is given at once, and keeps it until the client reads.
//!
//! A body lives until its last piece is written, or never will be: its end is the end of the request.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};

use super::pace::Pace;

const MOST: usize = 16 << 10;

pub(super) struct Pieces<B: Send + 'static> {
    body: Option<B>,
    rest: Bytes,
    /// Of the stream that it is sent on.
    pace: Option<Arc<Pace>>,
}

impl<B: Send + 'static> Pieces<B> {
    pub(super) fn of(body: B) -> Self {
        Self { body: Some(body), rest: Bytes::new(), pace: Pace::current() }
    }

    pub(super) fn none() -> Self {
        Self { body: None, rest: Bytes::new(), pace: None }
    }

    fn cut(&mut self) -> Frame<Piece> {
        let bytes = self.rest.split_to(self.rest.len().min(MOST));
        if let Some(pace) = &self.pace {
            pace.given(bytes.len());
        }
        Frame::data(Piece { bytes, pace: self.pace.clone() })
    }
}

/// What h2 holds of a body until the client has room for it, as nobody else can see.
pub(super) struct Piece {
    bytes: Bytes,
    pace: Option<Arc<Pace>>,
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        self.bytes.len()
    }

    fn chunk(&self) -> &[u8] {
        &self.bytes
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        if let Some(pace) = self.pace.as_ref().filter(|_| count > 0) {
            pace.moved(count);
        }
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        if let Some(pace) = &self.pace {
            pace.gone();
        }
    }
}

impl<B: Send + 'static> Drop for Pieces<B> {
    fn drop(&mut self) {
        if let (Some(body), Some(pace)) = (self.body.take(), &self.pace) {
            pace.keep(Box::new(body));
        }
    }
}

impl<B: Body<Data = Bytes> + Send + Unpin + 'static> Body for Pieces<B> {
    type Data = Piece;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Piece>, B::Error>>> {
        if let Some(pace) = &self.pace {
            pace.taken();
        }
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(self.cut())));
        }
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = match ready!(Pin::new(body).poll_frame(context)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        Poll::Ready(Some(Ok(match frame.into_data() {
            Ok(data) => {
                self.rest = data;
                self.cut()
            }
            // What is no data are trailers.
            Err(other) => match other.into_trailers() {
                Ok(trailers) => Frame::trailers(trailers),
                Err(_) => return Poll::Ready(None),
            },
        })))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let Some(body) = &self.body else { return SizeHint::with_exact(0) };
        let (inner, rest) = (body.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower() + rest);
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, Full};

    use super::*;

    #[tokio::test]
    async fn no_piece_is_larger_than_a_frame_and_none_is_missing() {
        for length in [0, 1, MOST - 1, MOST, MOST + 1, 5 * MOST + 7] {
            let whole = Bytes::from_iter((0..length).map(|index| (index % 251) as u8));
            let mut body = Pieces::of(Full::new(whole.clone()));
            let mut seen = Vec::new();
            while let Some(frame) = body.frame().await {
                let Ok(piece) = frame.unwrap().into_data() else { panic!("trailers") };
                let data = piece.bytes.clone();
                assert!(!data.is_empty() && data.len() <= MOST, "{length}: {}", data.len());
                seen.extend_from_slice(&data);
                let left = (length - seen.len()) as u64;
                assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(left), left == 0));
            }
            assert_eq!(seen, whole, "{length}");
        }
    }
}
