//! A client of HTTP/2 that keeps to the protocol: one connection, any number of streams.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{body::Incoming, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinSet,
};

pub(crate) type Body = BoxBody<Bytes, Infallible>;

pub(crate) struct Client {
    pub(crate) sender: http2::SendRequest<Body>,
    _connection: JoinSet<()>,
}

impl Client {
    /// In clear, knowing before that HTTP/2 is spoken.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap()).await
    }

    pub(crate) async fn over(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self::begin(stream).await.unwrap()
    }

    pub(crate) async fn begin(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ) -> hyper::Result<Self> {
        let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let _ = connection.await;
        });
        Ok(Self { sender, _connection: tasks })
    }

    pub(crate) async fn get(&mut self, path: &str) -> Heard {
        self.send(request("GET", path).body(none()).unwrap()).await.unwrap()
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> hyper::Result<Heard> {
        self.sender.ready().await?;
        self.sender.send_request(request).await.map(Heard)
    }
}

pub(crate) struct Heard(pub(crate) Response<Incoming>);

impl Heard {
    pub(crate) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(crate) fn length(&self) -> Option<String> {
        let length = self.0.headers().get("content-length");
        length.map(|value| value.to_str().unwrap().to_owned())
    }

    /// Name and value, in the order in which they came.
    pub(crate) fn headers(&self) -> Vec<(&str, &str)> {
        self.0.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect()
    }

    pub(crate) async fn text(self) -> String {
        let whole = self.0.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(whole.to_vec()).unwrap()
    }
}

pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("http://api.example.com{path}"))
}

pub(crate) fn none() -> Body {
    http_body_util::Empty::new().boxed()
}

pub(crate) fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).boxed()
}

/// A body whose length nobody is told, with trailers where they are its last frame.
pub(crate) fn streamed(frames: Vec<Frame<Bytes>>) -> Body {
    BodyExt::boxed(Frames(frames.into_iter()))
}

struct Frames(std::vec::IntoIter<Frame<Bytes>>);

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}
