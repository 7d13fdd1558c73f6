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
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::sleep,
};
use tracing::{error, info, warn};

use super::{
    drain::{Closing, Drain},
    failures::{Failures, Next},
    vital::watch_over,
};

/// After a failure that the next attempt would only repeat: no descriptor, no memory.
const PAUSE: Duration = Duration::from_millis(50);

/// Who may wait to be accepted; the kernel takes as much of it as its own `net.core.somaxconn` allows.
const MOST_WAITING: i32 = 65_535;

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
        // The standard library asks for 128, and the process before may have: the last word counts.
        rustix::net::listen(&socket, MOST_WAITING)?;
        // An answer is written whole: to wait for more would only delay it. What is accepted inherits it.
        rustix::net::sockopt::set_tcp_nodelay(&socket, true)?;
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
        let mut failures = Failures::default();
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    failures = Failures::default();
                    self.app.accept(stream, peer);
                }
                Err(error) => match failures.next(&error) {
                    Next::Go => {}
                    Next::Wait { tell } => {
                        if tell {
                            warn!(error = %error, listener = self.name, "nothing can be accepted, trying again");
                        }
                        sleep(PAUSE).await;
                    }
                    Next::End => {
                        return error!(error = %error, listener = self.name, "nothing can be accepted any more");
                    }
                },
            }
        }
    }

    /// Who is connected and waits to be accepted would be reset with the socket.
    fn accept_queued(&self, listener: TcpListener) {
        let Ok(listener) = listener.into_std() else { return };
        let mut failures = Failures::default();
        loop {
            match listener.accept() {
                Ok((stream, peer)) => {
                    let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
                    if let Ok(stream) = stream {
                        self.app.accept(stream, peer);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if failures.next(&error) == Next::Go => {}
                Err(error) => {
                    return warn!(error = %error, listener = self.name, "who waits in the queue is not accepted");
                }
            }
        }
    }
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
            () = self.drain.closing(self.closes) => {
                // After a hand-over they are the successor's, and the socket stays open there.
                if !self.drain.is_handed_over() {
                    self.accept_queued(listener);
                }
            }
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

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn many_may_wait_to_be_accepted() {
        let bound = Bound::reserve("public", SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        let most = std::fs::read_to_string("/proc/sys/net/core/somaxconn").expect("Linux says it");
        let many = most.trim().parse::<usize>().expect("a number").min(300);
        // One more than there is room for would wait for the kernel to ask again, a second later.
        let patience = Duration::from_millis(900);
        let connect = |_| TcpStream::connect_timeout(&bound.address, patience).expect("there is room");
        let waiting: Vec<_> = (0..many).map(connect).collect();
        assert_eq!(waiting.len(), many);
    }
}
