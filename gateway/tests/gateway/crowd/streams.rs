//! One client of the crowd, over HTTP/2: several requests at once, and bodies that take their time beside them.

use std::{
    convert::Infallible,
    error::Error,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::Request;
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::time::{Interval, interval};

use super::busy::{Busy, PIECE, PIECE_EVERY, PIECES};
use crate::http2::client::{Body, Client, none};

/// On one connection.
pub(super) const AT_ONCE: usize = 2;

/// What became of a request that was not answered.
enum Unanswered {
    /// It never left: the connection was about to end, and a client asks elsewhere (RFC 9113 section 8.7).
    Unsent,
    Lost(io::Error),
}

impl Busy {
    pub(super) async fn streams(&mut self) -> io::Result<()> {
        let mut client = self.asked.door.streams().await?;
        while self.beat.next().await {
            let id = self.id("kept");
            let both = tokio::join!(ask(&client, self.get(&id)), ask(&client, self.get(&id)));
            let answers: [_; AT_ONCE] = both.into();
            let mut left = 0;
            for answer in answers {
                left += usize::from(!self.heard(answer)?);
            }
            if left > 0 {
                self.told.reconnects += 1;
                client = self.asked.door.streams().await?;
            }
            for _ in 0..left {
                let again = ask(&client, self.get(&id)).await;
                if !self.heard(again)? {
                    return Err(io::Error::other("sent away from a connection that was new"));
                }
            }
        }
        Ok(())
    }

    /// Each on a connection that is kept.
    pub(super) async fn upload_stream(&mut self) -> io::Result<()> {
        let mut client = self.asked.door.streams().await?;
        while self.beat.next().await {
            let id = self.id("upload");
            let length = PIECES * PIECE.len();
            let upload = |busy: &Self| {
                let request = busy.request("POST", "/upload", &id).header("content-length", length);
                request.body(Slow::body()).unwrap()
            };
            let answer = match ask(&client, upload(self)).await {
                Err(Unanswered::Unsent) => {
                    self.told.reconnects += 1;
                    client = self.asked.door.streams().await?;
                    ask(&client, upload(self)).await
                }
                answer => answer,
            };
            match answer {
                Ok((status, body)) => self.uploaded(status, &body)?,
                Err(Unanswered::Unsent) => {
                    return Err(io::Error::other("sent away from a connection that was new"));
                }
                Err(Unanswered::Lost(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether it was answered at all.
    fn heard(&mut self, answer: Result<(u16, String), Unanswered>) -> io::Result<bool> {
        match answer {
            Ok((status, body)) => {
                self.told.streams += 1;
                self.judge(status, &body).map(|()| true)
            }
            Err(Unanswered::Unsent) => Ok(false),
            Err(Unanswered::Lost(error)) => Err(error),
        }
    }

    fn get(&self, id: &str) -> Request<Body> {
        let request = self.request("GET", self.asked.target, id);
        self.asked
            .headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
            .body(none())
            .unwrap()
    }

    fn request(&self, method: &str, path: &str, id: &str) -> http::request::Builder {
        let uri = format!("http://{}{path}", self.asked.door.address);
        Request::builder().method(method).uri(uri).header("x-request-id", id)
    }
}

async fn ask(client: &Client, request: Request<Body>) -> Result<(u16, String), Unanswered> {
    let mut sender = client.sender.clone();
    if sender.ready().await.is_err() {
        return Err(Unanswered::Unsent);
    }
    let answer = match sender.try_send_request(request).await {
        Ok(answer) => answer,
        Err(mut error) => {
            let is_unsent = error.take_message().is_some();
            let error = error.into_error();
            return Err(match is_unsent || is_sent_away(&error) {
                true => Unanswered::Unsent,
                false => Unanswered::Lost(io::Error::other(format!("{error:?}"))),
            });
        }
    };
    let status = answer.status().as_u16();
    let body =
        answer.into_body().collect().await.map_err(|error| Unanswered::Lost(io::Error::other(error)))?;
    Ok((status, String::from_utf8_lossy(&body.to_bytes()).into_owned()))
}

/// A GOAWAY that names no fault ends only streams that the server has not looked at (RFC 9113 section 6.8): it came in the
/// moment in which this one was opened.
fn is_sent_away(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<h2::Error>());
    let is_goaway = |cause: &h2::Error| cause.is_go_away() && cause.is_remote();
    cause.is_some_and(|cause| is_goaway(cause) && cause.reason() == Some(h2::Reason::NO_ERROR))
}

/// The body of an upload, piece by piece.
struct Slow {
    pieces: Interval,
    left: usize,
}

impl Slow {
    fn body() -> Body {
        BodyExt::boxed(Self { pieces: interval(PIECE_EVERY), left: PIECES })
    }
}

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        ready!(self.pieces.poll_tick(context));
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(PIECE)))))
    }
}
