//! One accepted stream: hyper speaks HTTP on it until it closes.

use std::{convert::Infallible, future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use http::{Request, Response};
use http_body::Body;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use pingora_core::{apps::ServerApp, protocols::Stream, server::ShutdownWatch};
use tower::{Service, ServiceExt};
use tracing::debug;

use super::Drain;

/// How long a client may take to send the head of a request; also how long a connection may stay idle.
const HEADER_DEADLINE: Duration = Duration::from_secs(75);

/// How long after draining began idle connections are closed: their clients may be sending just then.
const QUIET: Duration = Duration::from_secs(3);

/// Of a head, and of what is read at once: twice what uvicorn takes, so that the legacy is who refuses.
const MOST_BUFFERED: usize = 128 << 10;

/// The peer of a connection, as a request extension.
#[derive(Clone, Copy, Debug)]
pub struct Peer(SocketAddr);

impl Peer {
    pub fn ip(self) -> std::net::IpAddr {
        self.0.ip()
    }
}

/// Serves one tower service on every connection of a listener.
pub(super) struct HttpApp<S> {
    service: S,
    drain: Arc<Drain>,
    /// Whether the process waits for these connections before it ends.
    counted: bool,
    http: http1::Builder,
}

impl<S> HttpApp<S> {
    pub(super) fn new(service: S, drain: Arc<Drain>, counted: bool) -> Self {
        let mut http = http1::Builder::new();
        // One buffer for head and body: measured half a microsecond less per request.
        http.timer(TokioTimer::new())
            .header_read_timeout(HEADER_DEADLINE)
            .writev(false)
            .max_buf_size(MOST_BUFFERED);
        Self { service, drain, counted, http }
    }
}

#[async_trait]
impl<S, B> ServerApp for HttpApp<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    async fn process_new(self: &Arc<Self>, stream: Stream, _: &ShutdownWatch) -> Option<Stream> {
        let _open = self.counted.then(|| self.drain.open());
        let peer = peer(&stream)?;
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            self.service.clone().oneshot(request)
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.quiet_after_drain() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            // A client that leaves or sends nonsense is its own business; hyper has answered what can be answered.
            debug!(error = %error, "connection ended early");
        }
        None
    }
}

impl<S> HttpApp<S> {
    /// Answers carry `Connection: close` from the moment draining begins; who sends nothing more is closed here.
    fn quiet_after_drain(&self) -> impl Future<Output = ()> {
        let drain = Arc::clone(&self.drain);
        async move {
            let mut watch = drain.watch();
            // The sender lives in `drain`, so waiting cannot fail while `drain` is here.
            let _ = watch.wait_for(|draining| *draining).await;
            tokio::time::sleep(QUIET).await;
        }
    }
}

fn peer(stream: &Stream) -> Option<SocketAddr> {
    let digest = stream.get_socket_digest()?;
    digest.peer_addr()?.as_inet().copied()
}
