//! A listening socket that was bound before the server starts, and the loop that accepts from it.
//!
//! Binding first means that a port in use is one mistake among the others, and that port 0 has a number. The loop is our
//! own: what is accepted is bounded, and handed over, before anything is spent on it.

use std::{
    io,
    net::{SocketAddr, TcpListener as Socket},
    time::Duration,
};

use async_trait::async_trait;
use pingora_core::{
    server::{ListenFds, ShutdownWatch},
    services::Service,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tracing::{error, info, warn};

/// After a failure that the next attempt would only repeat: no descriptor, no memory.
const PAUSE: Duration = Duration::from_millis(50);

pub struct Bound {
    address: SocketAddr,
    socket: Socket,
}

impl Bound {
    pub(super) fn reserve(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::bind(address)?;
        socket.set_nonblocking(true)?;
        Ok(Self { address: socket.local_addr()?, socket })
    }
}

/// What becomes of an accepted stream.
pub(super) trait Accept: Send + Sync + 'static {
    /// Returns at once: the stream is served by a task of its own.
    fn accept(&self, stream: TcpStream, peer: SocketAddr);
}

/// A service of the server that accepts on one socket.
pub(super) struct Listening<A> {
    name: &'static str,
    bound: Option<Bound>,
    /// Stops the accept loop before the rest of the process stops.
    closing: Option<ShutdownWatch>,
    threads: usize,
    app: A,
}

impl<A: Accept> Listening<A> {
    pub(super) fn new(name: &'static str, bound: Bound, app: A, threads: usize) -> Self {
        Self { name, bound: Some(bound), closing: None, threads, app }
    }

    /// Stops accepting when `closing` turns true, while connections and other listeners go on.
    pub(super) fn closed_by(mut self, closing: ShutdownWatch) -> Self {
        self.closing = Some(closing);
        self
    }

    async fn accept_from(&self, listener: &TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.app.accept(stream, peer),
                // The client gave up while it waited to be accepted.
                Err(error) if is_of_one_client(&error) => {}
                Err(error) => {
                    warn!(error = %error, listener = self.name, "nothing can be accepted, trying again");
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

fn is_of_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[async_trait]
impl<A: Accept> Service for Listening<A> {
    async fn start_service(&mut self, _: Option<ListenFds>, shutdown: ShutdownWatch, _: usize) {
        let Some(Bound { address, socket }) = self.bound.take() else { return };
        let listener = match TcpListener::from_std(socket) {
            Ok(listener) => listener,
            Err(error) => return error!(error = %error, listener = self.name, "cannot listen"),
        };
        info!(listener = self.name, %address, "listening");
        let mut closing = self.closing.take().unwrap_or(shutdown);
        tokio::select! {
            () = self.accept_from(&listener) => {}
            // The other end of the watch lives as long as the server.
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }

    fn name(&self) -> &str {
        self.name
    }

    fn threads(&self) -> Option<usize> {
        Some(self.threads)
    }
}
