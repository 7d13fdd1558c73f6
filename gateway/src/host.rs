//! The process: listeners, the runtime under them, drain, hand-over and shutdown.
//!
//! pingora-core hosts runtimes and services; we accept ourselves, and every stream goes to hyper, which calls one tower
//! service for all requests.

mod admission;
mod connection;
mod declined;
mod drain;
mod ending;
mod failures;
pub mod handover;
mod head_deadline;
mod http2;
mod launched;
mod listener;
mod pace;
mod protocol;
mod stream;
mod terms;
mod supervisor;
pub mod tls;
mod vital;

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::Response;
use http_body::Body;
use parking_lot::Mutex;
use pingora_core::{
    server::{RunArgs, Server, configuration::ServerConf},
    services::background::{BackgroundService, background_service},
};
use tokio::sync::Semaphore;
use tower::Service;
use tracing::warn;

pub use connection::{Arrival, Peer};
pub use drain::{Drain, OpenConnection};
pub use ending::Ended;
pub use http2::goaway::Goaway;
pub use launched::{Launched, SERVES};
pub use listener::Bound;
pub use terms::{Met, Terms};
pub use tls::Tls;

use connection::HttpApp;
use drain::Closing;
use ending::{Signals, Watched};
use handover::{Estate, HandOver, Inherited, Succession};
use listener::Listening;
use vital::{Term, Vital};

/// The listeners, by the names that a successor asks for.
pub const PUBLIC: &str = "public";
pub const ADMIN: &str = "admin";

use crate::edge::look::Doorkeeper;

/// A server that is put together before it runs; of what it serves it knows only how a head is judged.
pub struct Host {
    server: Server,
    drain: Arc<Drain>,
    accepting: Arc<Semaphore>,
    estate: Arc<Estate>,
}

impl Host {
    pub fn new(drain: Arc<Drain>) -> Self {
        let mut server = Server::new_with_opt_and_conf(None, settings());
        server.bootstrap();
        Self { server, drain, accepting: Arc::new(Semaphore::new(0)), estate: Arc::default() }
    }

    /// Serves clients: draining closes this listener first, and waits for its connections.
    pub fn serve_clients<S, B>(
        &mut self,
        bound: Bound,
        tls: Option<Tls>,
        service: S,
        keeper: Arc<dyn Doorkeeper>,
        terms: Terms,
    ) -> io::Result<()>
    where
        S: Service<Arrival, Response = Response<B>, Error = Infallible, Future: Send>,
        S: Clone + Send + Sync + 'static,
        B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Unpin + 'static,
    {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let app = Arc::new(HttpApp::new(service, keeper, Arc::clone(&self.drain), true, terms).behind(tls));
        self.listen(bound, Closing::Clients, threads, app)
    }

    /// Serves those who run the process, until its very end or until a successor does.
    pub fn serve_operators<S, B>(
        &mut self,
        bound: Bound,
        service: S,
        keeper: Arc<dyn Doorkeeper>,
        terms: Terms,
    ) -> io::Result<()>
    where
        S: Service<Arrival, Response = Response<B>, Error = Infallible, Future: Send>,
        S: Clone + Send + Sync + 'static,
        B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Unpin + 'static,
    {
        let app =
            Arc::new(HttpApp::new(service, keeper, Arc::clone(&self.drain), false, terms.of_operators()));
        self.listen(bound, Closing::All, 1, app)
    }

    fn listen(
        &mut self,
        bound: Bound,
        closes: Closing,
        threads: usize,
        app: impl listener::Accept,
    ) -> io::Result<()> {
        let (drain, accepting) = (Arc::clone(&self.drain), Arc::clone(&self.accepting));
        self.estate.lock().push((bound.name, bound.socket.try_clone()?));
        let name = bound.name;
        let listening = Listening { bound: Some(bound), name, closes, drain, accepting, threads, app };
        self.server.add_service(listening);
        Ok(())
    }

    /// Something that the process cannot do without: where it ends, all of it ends.
    pub fn in_background(&mut self, name: &str, service: impl BackgroundService + Send + Sync + 'static) {
        self.add(name, service, Term::ForLife);
    }

    /// Something that is done at some time.
    pub fn until_done(&mut self, name: &str, service: impl BackgroundService + Send + Sync + 'static) {
        self.add(name, service, Term::UntilDone);
    }

    fn add(&mut self, name: &str, service: impl BackgroundService + Send + Sync + 'static, term: Term) {
        let vital = Vital { name: name.to_owned(), service, term, drain: Arc::clone(&self.drain) };
        self.server.add_service(background_service(name, vital));
    }

    /// Runs until a signal, a successor or the death of a part ends it; after a signal, clients are still accepted for
    /// `delay`.
    pub fn run(mut self, (delay, terms): (Duration, Terms), succession: Succession) -> Ended {
        let listeners = u32::try_from(self.estate.lock().len()).unwrap_or(u32::MAX);
        let hand_over = HandOver {
            drain: Arc::clone(&self.drain),
            accepting: (Arc::clone(&self.accepting), listeners),
            estate: Arc::clone(&self.estate),
            succession: Mutex::new(succession),
        };
        self.in_background("hand-over", hand_over);
        let watched = Watched::now();
        if let Err(error) = &watched {
            warn!(error = %error, "signals cannot be watched: end the process with SIGKILL");
        }
        let estate = Arc::clone(&self.estate);
        let signals = Signals::new(Arc::clone(&self.drain), estate, (delay, terms), watched.ok());
        self.watched_by(signals)
    }

    fn watched_by(self, signals: Signals) -> Ended {
        let ended = signals.ended();
        self.server.run(RunArgs { shutdown_signal: Box::new(signals) });
        *ended.lock()
    }
}

/// Takes an address over, or reserves it before anything is started, so that a port in use is reported with the other
/// mistakes.
pub fn bind(name: &'static str, address: SocketAddr, inherited: Option<&mut Inherited>) -> io::Result<Bound> {
    match inherited.and_then(|inherited| inherited.take(name, address)) {
        Some(socket) => Bound::of(name, socket),
        None => Bound::reserve(name, address),
    }
}

fn settings() -> ServerConf {
    ServerConf {
        // pingora sleeps this long whatever is in flight: the drain itself decides when nothing is left.
        grace_period_seconds: Some(0),
        graceful_shutdown_timeout_seconds: Some(1),
        ..ServerConf::default()
    }
}
