//! A listening socket that was bound before the server starts, handed to pingora as if inherited.
//!
//! Binding first means that a port in use is one mistake among the others, and that port 0 has a number.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    os::fd::IntoRawFd,
};

use async_trait::async_trait;
use pingora_core::{
    apps::ServerApp,
    listeners::{ListenerConfig, Listeners},
    protocols::l4::stream::L4BufferSettings,
    server::{ListenFds, ShutdownWatch},
    services::{Service, listening},
};
use tracing::info;

pub struct Bound {
    address: SocketAddr,
    socket: TcpListener,
}

impl Bound {
    pub(super) fn reserve(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        Ok(Self { address: socket.local_addr()?, socket })
    }
}

/// pingora's listening service on a socket that exists already.
pub(super) struct BoundService<A> {
    name: &'static str,
    bound: Option<Bound>,
    /// Stops the accept loop before the rest of the process stops.
    closing: Option<ShutdownWatch>,
    inner: listening::Service<A>,
}

impl<A> BoundService<A> {
    pub(super) fn new(name: &'static str, bound: Bound, app: A, threads: usize) -> Self {
        let mut listeners = Listeners::new();
        // hyper buffers for itself: a second buffer would cost 13 KiB a connection.
        listeners.add_listener(
            ListenerConfig::tcp(bound.address.to_string()).l4_buffer(L4BufferSettings::unbuffered()),
        );
        let mut inner = listening::Service::with_listeners(name.to_owned(), listeners, app);
        inner.threads = Some(threads);
        Self { name, bound: Some(bound), closing: None, inner }
    }

    /// Stops accepting when `closing` turns true, while connections and other listeners go on.
    pub(super) fn closed_by(mut self, closing: ShutdownWatch) -> Self {
        self.closing = Some(closing);
        self
    }
}

#[async_trait]
impl<A: ServerApp + Send + Sync + 'static> Service for BoundService<A> {
    async fn start_service(
        &mut self,
        sockets: Option<ListenFds>,
        shutdown: ShutdownWatch,
        listeners_per_fd: usize,
    ) {
        if let (Some(bound), Some(sockets)) = (self.bound.take(), &sockets) {
            info!(listener = self.name, address = %bound.address, "listening");
            sockets.lock().add(bound.address.to_string(), bound.socket.into_raw_fd());
        }
        let shutdown = self.closing.take().unwrap_or(shutdown);
        self.inner.start_service(sockets, shutdown, listeners_per_fd).await;
    }

    fn name(&self) -> &str {
        self.name
    }

    fn threads(&self) -> Option<usize> {
        self.inner.threads()
    }
}
