//! A listening socket that was bound before the server starts, and the loop that accepts from it.
//!
//! Binding first means that a port in use is one mistake among the others, and that port 0 has a number. The loop is our
//! own: what is accepted is bounded, and handed over, before anything is spent on it.

use std::{
    io,
    net::{SocketAddr, TcpListener as Socket},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use pingora_core::{
    server::{ListenFds, ShutdownWatch},
    services::Service,
};
use rustix::io::Errno;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use tracing::{error, info, warn};

use super::{
    drain::{Closing, Drain},
    vital::watch_over,
};

/// After a failure that the next attempt would only repeat: no descriptor, no memory.
const PAUSE: Duration = Duration::from_millis(50);

pub struct Bound {
    /// Of the listener; a successor asks for the socket by it.
    pub(super) name: &'static str,
    address: SocketAddr,
    pub(super) socket: Socket,
}

impl Bound {
    pub(super) fn reserve(name: &'static str, address: SocketAddr) -> io::Result<Self> {
        Self::of(name, Socket::bind(address)?)
    }

    /// One that listens already.
    pub(super) fn of(name: &'static str, socket: Socket) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self { name, address: socket.local_addr()?, socket })
    }
}

/// What becomes of an accepted stream.
pub(super) trait Accept: Send + Sync + 'static {
    /// Returns at once: the stream is served by a task of its own.
    fn accept(&self, stream: TcpStream, peer: SocketAddr);
}

/// A service of the server that accepts on one socket.
pub(super) struct Listening<A> {
    pub(super) bound: Option<Bound>,
    pub(super) name: &'static str,
    /// With which of the listeners it stops, before the rest of the process does.
    pub(super) closes: Closing,
    pub(super) drain: Arc<Drain>,
    /// Given a permit once it accepts.
    pub(super) accepting: Arc<Semaphore>,
    pub(super) threads: usize,
    pub(super) app: A,
}

impl<A: Accept> Listening<A> {
    /// Until the socket is of no use any more.
    async fn accept_from(&self, listener: &TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.app.accept(stream, peer),
                // The client gave up while it waited to be accepted.
                Err(error) if is_of_one_client(&error) => {}
                Err(error) if is_forever(&error) => {
                    return error!(error = %error, listener = self.name, "nothing can be accepted any more");
                }
                Err(error) => {
                    warn!(error = %error, listener = self.name, "nothing can be accepted, trying again");
                    sleep(PAUSE).await;
                }
            }
        }
    }

    /// Who is connected and waits to be accepted would be reset with the socket.
    fn accept_queued(&self, listener: TcpListener) {
        let Ok(listener) = listener.into_std() else { return };
        // Until there is none, which is an error as well.
        while let Ok((stream, peer)) = listener.accept() {
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            if let Ok(stream) = stream {
                self.app.accept(stream, peer);
            }
        }
    }
}

fn is_of_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// `accept(2)`: it is no socket, or one that does not listen, which whoever shares it can bring about.
fn is_forever(error: &io::Error) -> bool {
    let forever = [Errno::BADF, Errno::INVAL, Errno::NOTSOCK, Errno::OPNOTSUPP];
    error.raw_os_error().is_some_and(|code| forever.iter().any(|known| known.raw_os_error() == code))
}

#[async_trait]
impl<A: Accept> Service for Listening<A> {
    async fn start_service(&mut self, _: Option<ListenFds>, mut shutdown: ShutdownWatch, _: usize) {
        let Some(Bound { address, socket, .. }) = self.bound.take() else { return };
        let _counted = (self.closes == Closing::Clients).then(|| self.drain.listening());
        let listener = match TcpListener::from_std(socket) {
            Ok(listener) => listener,
            Err(error) => {
                error!(error = %error, listener = self.name, "cannot listen");
                return watch_over(self.name, &self.drain, || false, async {}).await;
            }
        };
        info!(listener = self.name, %address, "listening");
        self.accepting.add_permits(1);
        // Of the two that end it neither is a failure of its own.
        tokio::select! {
            () = watch_over(self.name, &self.drain, || false, self.accept_from(&listener)) => {}
            () = self.drain.closing(self.closes) => self.accept_queued(listener),
            _ = shutdown.changed() => {}
        }
    }

    fn name(&self) -> &str {
        self.name
    }

    fn threads(&self) -> Option<usize> {
        Some(self.threads)
    }
}
