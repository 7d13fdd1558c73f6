//! Stands between the gateway and PostgreSQL, does to the wire what a test says while it runs, and counts who comes.
//!
//! A peer that does not even answer SYN cannot be played on loopback: the kernel answers for every listener. What
//! comes nearest is the black hole, which lets in and then never says a word.

use std::{
    net::{Shutdown, SocketAddr},
    os::fd::OwnedFd,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinSet,
    time::Instant,
};

use super::{neon::Words, relay};

/// What the wire does, to connections that are open and to those that come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wire {
    Pass,
    /// Every answer comes later by this much.
    Late(Duration),
    /// Answers come a byte at a time, each after this pause.
    Trickle(Duration),
    /// Whatever is sent is taken, and nothing ever comes back.
    BlackHole,
    Reset,
    /// The server's side says that it is done and goes on reading.
    HalfClose,
    /// Nobody listens.
    Refuse,
    /// The compute sleeps: who is there is sent away, who comes waits until then.
    AsleepUntil(Instant),
    /// Who comes is told these words instead of being let in; who is there is sent away.
    Say(Words),
}

const BACKLOG: u32 = 1024;

pub(crate) struct Proxy {
    address: SocketAddr,
    wire: watch::Sender<Wire>,
    counts: Arc<Counts>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
pub(super) struct Counts {
    accepted: AtomicUsize,
    pub(super) cancels: AtomicUsize,
}

impl Proxy {
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = listener();
        let address = listener.local_addr().unwrap();
        let (wire, seen) = watch::channel(Wire::Pass);
        let counts = Arc::new(Counts::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(listener, server, seen, Arc::clone(&counts)));
        Self { address, wire, counts, _tasks: tasks }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn switch(&self, wire: Wire) {
        self.wire.send_replace(wire);
    }

    /// How often somebody wanted a session; requests to cancel a statement are connections too, but no sessions.
    pub(crate) fn attempts(&self) -> usize {
        self.counts.accepted.load(Ordering::SeqCst) - self.cancels()
    }

    pub(crate) fn cancels(&self) -> usize {
        self.counts.cancels.load(Ordering::SeqCst)
    }
}

async fn listen(
    listener: TcpListener,
    server: SocketAddr,
    mut wire: watch::Receiver<Wire>,
    counts: Arc<Counts>,
) {
    let mut post = Post::Attended(listener);
    let mut connections = JoinSet::new();
    loop {
        let is_refused = *wire.borrow_and_update() == Wire::Refuse;
        post = match post {
            Post::Attended(listener) if is_refused => Post::Left(leave(listener)),
            Post::Left(socket) if !is_refused => {
                Post::Attended(TcpSocket::from_std_stream(socket).listen(BACKLOG).unwrap())
            }
            post => post,
        };
        tokio::select! {
            changed = wire.changed() => if changed.is_err() { return },
            Some(client) = post.accept() => {
                counts.accepted.fetch_add(1, Ordering::SeqCst);
                let (wire, counts) = (wire.clone(), Arc::clone(&counts));
                connections.spawn(async move {
                    // Either side may go at any time: that is what this is for.
                    let _ = relay::carry(client, server, wire, &counts).await;
                });
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

/// The port is the proxy's all the time: whoever else listened there meanwhile would be taken for the database.
enum Post {
    Attended(TcpListener),
    /// Bound, so that nobody gets the port, and not listening, so that the kernel refuses whoever connects.
    Left(std::net::TcpStream),
}

impl Post {
    async fn accept(&self) -> Option<TcpStream> {
        match self {
            Self::Attended(listener) => Some(listener.accept().await.ok()?.0),
            Self::Left(_) => std::future::pending().await,
        }
    }
}

/// At a port that was asked for by its number: one that the kernel has chosen is given back when nobody listens.
fn listener() -> TcpListener {
    let bound = |address: SocketAddr| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(address).unwrap();
        socket
    };
    let chosen = bound(([127, 0, 0, 1], 0).into());
    bound(chosen.local_addr().unwrap()).listen(BACKLOG).unwrap()
}

/// Not closed: a child of another test that is just being started has a copy until it runs its program, and would go on
/// listening.
fn leave(listener: TcpListener) -> std::net::TcpStream {
    let socket = std::net::TcpStream::from(OwnedFd::from(listener.into_std().unwrap()));
    socket.shutdown(Shutdown::Read).expect("on Linux, this ends listening");
    socket
}
