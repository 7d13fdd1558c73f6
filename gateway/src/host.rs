//! The process: listeners, the runtime under them, drain and shutdown.
//!
//! pingora-core hosts runtimes and services; we accept ourselves, and every stream goes to hyper, which calls one tower
//! service for all requests.

mod admission;
mod connection;
mod drain;
mod head_deadline;
mod listener;
mod pace;
mod terms;

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc};

use http::Response;
use http_body::Body;
use pingora_core::{
    server::{RunArgs, Server, configuration::ServerConf},
    services::background::{BackgroundService, background_service},
};
use tower::Service;

pub use connection::{Arrival, Peer};
pub use drain::Drain;
pub use listener::Bound;
pub use terms::{Met, Terms};

use connection::HttpApp;
use listener::Listening;

/// A server that is put together before it runs; it knows nothing of what it serves.
pub struct Host {
    server: Server,
    drain: Arc<Drain>,
}

impl Host {
    pub fn new(drain: Arc<Drain>) -> Self {
        let mut server = Server::new_with_opt_and_conf(None, settings());
        server.bootstrap();
        Self { server, drain }
    }

    /// Serves clients: draining closes this listener first, and waits for its connections.
    pub fn serve_clients<S, B>(&mut self, bound: Bound, service: S, terms: Terms)
    where
        S: Service<Arrival, Response = Response<B>, Error = Infallible, Future: Send>,
        S: Clone + Send + Sync + 'static,
        B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let app = Arc::new(HttpApp::new(service, Arc::clone(&self.drain), true, terms));
        let listening = Listening::new("public", bound, app, threads).closed_by(self.drain.watch());
        self.server.add_service(listening);
    }

    /// Serves those who run the process, until its very end.
    pub fn serve_operators<S, B>(&mut self, bound: Bound, service: S, terms: Terms)
    where
        S: Service<Arrival, Response = Response<B>, Error = Infallible, Future: Send>,
        S: Clone + Send + Sync + 'static,
        B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    {
        let app = Arc::new(HttpApp::new(service, Arc::clone(&self.drain), false, terms.of_operators()));
        self.server.add_service(Listening::new("admin", bound, app, 1));
    }

    pub fn in_background(&mut self, name: &str, service: impl BackgroundService + Send + Sync + 'static) {
        self.server.add_service(background_service(name, service));
    }

    /// Runs until a signal ends it.
    pub fn run(self) {
        self.server.run(RunArgs { shutdown_signal: Box::new(drain::Signals::watch(self.drain)) });
    }
}

/// Reserves an address before anything is started, so that a port in use is reported with the other mistakes.
pub fn bind(address: SocketAddr) -> io::Result<Bound> {
    Bound::reserve(address)
}

fn settings() -> ServerConf {
    ServerConf {
        // pingora sleeps this long whatever is in flight: the drain itself decides when nothing is left.
        grace_period_seconds: Some(0),
        graceful_shutdown_timeout_seconds: Some(1),
        ..ServerConf::default()
    }
}
