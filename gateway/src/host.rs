//! The process: listeners, the runtime under them, drain and shutdown.
//!
//! pingora-core hosts; every accepted stream goes to hyper, which calls one tower service for all requests.

mod connection;
mod drain;
mod listener;
mod start;

use std::{io, net::SocketAddr, sync::Arc};

use pingora_core::server::{RunArgs, Server, configuration::ServerConf};
use pingora_core::services::background::background_service;

pub use drain::Drain;
pub use listener::Bound;

use crate::{
    admin::{Admin, Observed},
    front::Front,
    routes::reload::Reload,
};
use connection::HttpApp;
pub use connection::Peer;
use listener::BoundService;

/// Everything the process serves, ready to start: whatever can be wrong has been found before.
pub struct Host {
    pub public: Bound,
    pub admin: Bound,
    pub front: Front,
    pub observed: Observed,
    pub reload: Reload,
    pub drain: Arc<Drain>,
}

impl Host {
    /// Serves until a signal ends it.
    pub fn run(self) {
        let mut server = Server::new_with_opt_and_conf(None, settings());
        server.bootstrap();
        let sweep = self.front.legacy_sweep();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let clients = HttpApp::new(self.front, Arc::clone(&self.drain), true);
        let operators = HttpApp::new(Admin::new(self.observed.clone()), Arc::clone(&self.drain), false);
        server.add_service(
            BoundService::new("public", self.public, clients, threads).closed_by(self.drain.watch()),
        );
        server.add_service(BoundService::new("admin", self.admin, operators, 1));
        server.add_service(background_service("reload", self.reload));
        server.add_service(background_service("idle legacy connections", sweep));
        server.add_service(background_service("start", start::Report::new(self.observed)));
        server.run(RunArgs { shutdown_signal: Box::new(drain::Signals::new(self.drain)) });
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
