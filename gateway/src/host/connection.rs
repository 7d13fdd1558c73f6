//! One accepted stream: hyper speaks HTTP on it until it closes.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::{IpAddr, SocketAddr},
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header::CONNECTION};
use http_body::Body;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};
use tower::{Service, ServiceExt};
use tracing::debug;

use super::{
    Drain, Met, Terms, Tls,
    admission::Admission,
    declined::Declined,
    head_deadline::HeadDeadline,
    http2,
    listener::Accept,
    pace::Paced,
    protocol::{self, Protocol},
    stream::Stream,
};
use crate::{
    edge::{
        Class,
        look::{Basis, Doorkeeper, Looked, Slot},
    },
    limits::{Limit, Limits, MOST_HEADER_BYTES},
};

/// How long after draining began idle connections are closed: their clients may be sending just then.
pub(super) const QUIET: Duration = Duration::from_secs(3);

/// A request with the connection it came over.
pub struct Arrival {
    pub request: Request<Incoming>,
    pub peer: Peer,
    /// The request stands in for one whose head was refused, for this.
    pub refused: Option<Class>,
    /// By what its head was judged; on HTTP/2 nothing was before.
    pub basis: Option<Basis>,
}

/// The other end of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    pub ip: IpAddr,
    /// Its address as a header tells it: written once for all requests of the connection.
    pub written: HeaderValue,
    /// What it speaks to us, whatever it says of itself: `http` or `https`.
    pub scheme: HeaderValue,
    /// Why the connection was cut, if it was.
    pub met: Arc<Met>,
}

impl Peer {
    fn at(address: SocketAddr, scheme: &'static str, met: Arc<Met>) -> Self {
        // A client of IPv4 that came to a socket of both kinds is the same client.
        let ip = address.ip().to_canonical();
        let written = HeaderValue::from_str(&ip.to_string()).unwrap_or(HeaderValue::from_static("unknown"));
        Self { ip, written, scheme: HeaderValue::from_static(scheme), met }
    }
}

/// Serves one tower service on every connection of a listener.
pub(super) struct HttpApp<S> {
    service: S,
    keeper: Arc<dyn Doorkeeper>,
    drain: Arc<Drain>,
    /// Whether the process waits for these connections before it ends.
    counted: bool,
    terms: Terms,
    admission: Arc<Admission>,
    /// None: in clear.
    tls: Option<Tls>,
    http: http1::Builder,
}

impl<S> HttpApp<S> {
    pub(super) fn new(
        service: S,
        keeper: Arc<dyn Doorkeeper>,
        drain: Arc<Drain>,
        counted: bool,
        terms: Terms,
    ) -> Self {
        let mut http = http1::Builder::new();
        // One buffer for head and body: measured half a microsecond less per request.
        http.writev(false).max_buf_size(MOST_HEADER_BYTES);
        Self { service, keeper, drain, counted, terms, admission: Arc::default(), tls: None, http }
    }

    pub(super) fn behind(mut self, tls: Option<Tls>) -> Self {
        self.tls = tls;
        self
    }
}

impl<S, B> Accept for Arc<HttpApp<S>>
where
    S: Service<Arrival, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Unpin + 'static,
{
    fn accept(&self, stream: TcpStream, peer: SocketAddr) {
        let limits = self.terms.limits();
        let place = match self.admission.admit(peer.ip(), self.terms.most(&limits), &self.terms.trusted) {
            Ok(place) => place,
            // Closed by being dropped: every other answer would cost more than it may.
            Err(limit) => return self.terms.count(limit),
        };
        let app = Arc::clone(self);
        let open = app.counted.then(|| app.drain.open());
        let serve = async move {
            let met = Arc::<Met>::default();
            let stream =
                Paced::new(stream, app.terms.clone(), Arc::clone(&app.drain), Arc::clone(&met), place);
            let scheme = if app.tls.is_some() { "https" } else { "http" };
            app.carry(stream, Peer::at(peer, scheme, met), &limits).await;
            drop(open);
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the connection's own task: it ends with the connection, which the drain counts"
        )]
        tokio::spawn(serve);
    }
}

impl<S, B> HttpApp<S>
where
    S: Service<Arrival, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Unpin + 'static,
{
    async fn carry(&self, mut socket: Paced, peer: Peer, limits: &Limits) {
        let (mut limit, within) = match &self.tls {
            Some(_) => (Limit::Handshake, limits.handshake),
            None => (Limit::Idle, limits.idle),
        };
        let mut timer = Box::pin(sleep(within));
        let mut quiet = pin!(self.quiet_after_drain());
        let spoken = loop {
            tokio::select! {
                biased;
                heard = socket.hear() => match heard {
                    Ok(0) => return,
                    Ok(_) => {}
                    Err(error) => return debug!(error = %error, "connection did not begin"),
                },
                () = timer.as_mut() => return self.terms.count(limit),
                // Who has not said anything by then is not going to; what has begun has its own deadline.
                () = quiet.as_mut(), if socket.begun().is_empty() => return,
            }
            let spoken = protocol::spoken(socket.begun());
            if spoken.is_some() || self.tls.is_some() {
                break spoken;
            }
            // What may be either is the beginning of a head.
            if limit == Limit::Idle {
                limit = Limit::Head;
                let deadline = timer.deadline().min(Instant::now() + limits.head);
                timer.as_mut().reset(deadline);
            }
        };
        let (protocol, stream) = match &self.tls {
            None => (spoken.unwrap_or(Protocol::Http1), Stream::Clear(socket)),
            Some(tls) => tokio::select! {
                biased;
                shaken = Box::pin(tls.shake_hands(socket)) => match shaken {
                    Ok(agreed) => agreed,
                    Err(error) => return debug!(error = %error, "connection did not begin"),
                },
                () = timer.as_mut() => return self.terms.count(limit),
            },
        };
        match protocol {
            Protocol::Http1 => self.serve(stream, peer, (limits.idle, timer), quiet).await,
            Protocol::Http2 => {
                drop(timer);
                // Few connections are, and all would have the size of it.
                let carried = http2::serve(stream, self.service.clone(), peer, (&self.drain, &self.terms));
                Box::pin(carried).await;
            }
        }
    }

    async fn serve(
        &self,
        stream: Stream,
        peer: Peer,
        (idle, timer): (Duration, Pin<Box<Sleep>>),
        mut quiet: Pin<&mut impl Future<Output = ()>>,
    ) {
        let slot = Arc::<Slot>::default();
        let stream = Looked::new(stream, Arc::clone(&self.keeper), Arc::clone(&slot));
        let peer = &peer;
        let answers = &*slot;
        let declined = Declined::default();
        let upgrades = &declined;
        let service = service_fn(move |request: Request<Incoming>| {
            let (refused, basis) = (answers.refused(&request), answers.basis());
            upgrades.asked(&request);
            // Behind a refused head may be anything, and a TLS client says goodbye.
            if refused.is_none() && self.tls.is_none() && is_last(&request) {
                peer.met.is_the_last();
            }
            let arrival = Arrival { request, peer: peer.clone(), refused, basis };
            let answer = self.service.clone().oneshot(arrival);
            async move {
                answer.await.inspect(|answer| {
                    answers.answered(answer.status());
                    upgrades.answered(answer);
                    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                        peer.met.become_a_tunnel();
                    }
                })
            }
        });
        let mut http = self.http.clone();
        let connection = http
            .timer(HeadDeadline::new(Arc::clone(&slot), idle, timer))
            .header_read_timeout(idle)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let ended = {
            let mut connection = pin!(connection);
            let (mut is_watched, mut is_quiet) = (false, false);
            let ended = poll_fn(|context| {
                if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                    return Poll::Ready(Some(ended));
                }
                // This task's waker stays the same, so whoever was told once wakes it; to ask at every turn costs a request
                // more than its own routing.
                if is_watched && !self.drain.is_draining() {
                    return Poll::Pending;
                }
                is_watched = true;
                is_quiet = is_quiet || quiet.as_mut().poll(context).is_ready();
                // A head that has begun is a request under way, until it is whole or late; hyper has yet to see it.
                if is_quiet && !slot.has_begun() { Poll::Ready(None) } else { Poll::Pending }
            });
            match ended.await {
                Some(ended) => ended,
                None => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        };
        declined.close().await;
        if let Err(error) = ended {
            match error.is_timeout() {
                true if slot.has_begun() => self.keeper.ended(Class::HeadLate),
                true => self.terms.count(Limit::Idle),
                false => {}
            }
            // A client that leaves or sends nonsense is its own business; hyper has answered what can be answered.
            debug!(error = %error, "connection ended early");
        }
    }
}

/// Whether its client may send nothing behind it (RFC 9112 section 9.6): it says `close` and asks for no tunnel besides.
fn is_last(request: &Request<Incoming>) -> bool {
    let said = request.headers().get_all(CONNECTION);
    let mut options = said.iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).peekable();
    options.peek().is_some()
        && options.all(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"))
        && request.body().is_end_stream()
}

impl<S> HttpApp<S> {
    /// Answers carry `Connection: close` from the moment draining begins; who sends nothing more is closed here.
    fn quiet_after_drain(&self) -> impl Future<Output = ()> {
        let drain = Arc::clone(&self.drain);
        async move {
            let mut watch = drain.watch();
            // The sender lives in `drain`, so waiting cannot fail while `drain` is here.
            let _ = watch.wait_for(|draining| *draining).await;
            sleep(QUIET).await;
        }
    }
}
