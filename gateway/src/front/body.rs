//! An answer's body on its way out, whoever made it; its end is the end of the request.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;

use super::visit::Visit;
use crate::{
    legacy::{LegacyBody, LegacyBodyError},
    telemetry::error::ErrorKind,
};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The sources of an answer.
pub enum Source {
    /// No bytes, and the length that the header tells: hyper moves that of a body that has ended behind all others, or
    /// leaves it out.
    Nothing(u64),
    /// Made by the gateway or a native handler, whole.
    Own(Full<Bytes>),
    Legacy(LegacyBody),
}

/// Forwards frames as they come, and closes the visit when it is dropped.
pub struct AnswerBody {
    source: Source,
    visit: Option<Box<Visit>>,
}

impl AnswerBody {
    pub(super) fn new(source: Source) -> Self {
        Self { source, visit: None }
    }

    pub(super) fn own(bytes: Bytes) -> Self {
        Self::new(Source::Own(Full::new(bytes)))
    }

    pub(super) fn nothing() -> Self {
        Self::new(Source::Nothing(0))
    }

    fn has_ended(&self) -> bool {
        match &self.source {
            Source::Nothing(_) => true,
            Source::Own(body) => body.is_end_stream(),
            Source::Legacy(body) => body.is_end_stream(),
        }
    }

    /// From here on the visit ends when the body does.
    pub(super) fn closing(mut self, mut visit: Box<Visit>) -> Self {
        visit.complete = self.has_ended() || visit.head_only;
        self.visit = Some(visit);
        self
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = match &mut self.source {
            Source::Nothing(_) => Poll::Ready(None),
            Source::Own(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Source::Legacy(body) => Pin::new(body).poll_frame(context).map_err(BoxError::from),
        };
        let broke_off = match &self.source {
            Source::Legacy(_) => ErrorKind::LegacyBrokeOff,
            Source::Own(_) | Source::Nothing(_) => ErrorKind::Internal,
        };
        let ended = self.has_ended();
        if let Some(visit) = &mut self.visit {
            match &frame {
                Poll::Ready(None) => visit.complete = true,
                Poll::Ready(Some(Ok(frame))) => {
                    visit.bytes_out += frame.data_ref().map_or(0, |data| data.len() as u64);
                    if let Some(tap) = &visit.tap {
                        frame.data_ref().into_iter().for_each(|piece| tap.told(piece));
                        frame.trailers_ref().into_iter().for_each(|trailers| tap.trailers(trailers));
                    }
                    visit.complete = ended;
                }
                Poll::Ready(Some(Err(error))) => {
                    visit.error = Some(broke_off);
                    if let Some(LegacyBodyError::Late(limit)) = error.downcast_ref() {
                        visit.meet(*limit);
                    }
                }
                Poll::Pending => {}
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended() && !matches!(self.source, Source::Nothing(_))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Nothing(length) => SizeHint::with_exact(*length),
            Source::Own(body) => body.size_hint(),
            Source::Legacy(body) => body.size_hint(),
        }
    }
}
