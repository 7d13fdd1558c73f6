//! Slow clients by the thousand, each of which holds a connection and does as little with it as it can.
//!
//! Whoever is cut comes again. It is bounded in number and time, and asks loopback addresses alone.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::ensure;
use nix::sys::socket::{setsockopt, sockopt};
use tokio::io::{self, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

/// What is slow about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A head that never ends.
    Head,
    /// A body that is announced, and comes byte by byte.
    Body,
    /// An answer of 1 MiB that is read byte by byte.
    Reading,
}

#[derive(Debug, Clone, Copy)]
pub struct Attack {
    pub kind: Kind,
    pub target: SocketAddr,
    pub connections: u32,
}

pub const MOST: u32 = 5_000;

/// How often each of them does something.
const EACH: Duration = Duration::from_secs(2);
/// Many machines have few connections each: a cap per address alone is no help against them.
const OF_ONE_ADDRESS: u32 = 50;
/// As over a network: loopback's own would let a server leave a whole answer in the socket.
const SEGMENT: u32 = 1_460;
const RECEIVED_AT_ONCE: u32 = 4_096;

impl Kind {
    pub const ALL: [Self; 3] = [Self::Head, Self::Body, Self::Reading];

    pub fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Body => "body",
            Self::Reading => "reading",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What each of them begins with.
    fn opening(self) -> &'static str {
        match self {
            Self::Head => "GET /small HTTP/1.1\r\nhost: bench\r\nx-slow: ",
            Self::Body => "POST /upload HTTP/1.1\r\nhost: bench\r\ncontent-length: 1000000\r\n\r\n",
            Self::Reading => "GET /large HTTP/1.1\r\nhost: bench\r\n\r\n",
        }
    }
}

impl Attack {
    /// Lasts until it is told to end, and tells how often a connection was ended by the server.
    pub async fn run(self, held: impl FnOnce(), end: impl Future<Output = ()>) -> anyhow::Result<u64> {
        ensure!(self.target.ip().is_loopback(), "{} is not this machine", self.target);
        ensure!(self.connections <= MOST, "at most {MOST} connections");
        let cut = Arc::new(AtomicU64::new(0));
        let (opened, mut openings) = mpsc::channel(self.connections.max(1) as usize);
        let mut slow = JoinSet::new();
        for number in 0..self.connections {
            let (cut, opened) = (Arc::clone(&cut), opened.clone());
            slow.spawn(async move { self.keep_holding(number, &cut, &opened).await });
        }
        let holding = async {
            for _ in 0..self.connections {
                openings.recv().await;
            }
            held();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = holding => {}
            () = end => {}
        }
        Ok(cut.load(Ordering::Relaxed))
    }

    async fn keep_holding(self, number: u32, cut: &AtomicU64, opened: &mpsc::Sender<()>) {
        let mut is_first = true;
        loop {
            if let Ok(stream) = self.open(number).await {
                if is_first {
                    is_first = false;
                    // There is room for one of each.
                    let _ = opened.try_send(());
                }
                self.hold(stream, number).await;
                cut.fetch_add(1, Ordering::Relaxed);
            }
            sleep(EACH).await;
        }
    }

    async fn open(self, number: u32) -> io::Result<TcpStream> {
        let source = u16::try_from(number / OF_ONE_ADDRESS).unwrap_or(u16::MAX).to_be_bytes();
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::new(127, 1, source[0], source[1]), 0).into())?;
        if self.kind == Kind::Reading {
            socket.set_recv_buffer_size(RECEIVED_AT_ONCE)?;
            setsockopt(&socket, sockopt::TcpMaxSeg, &SEGMENT)?;
        }
        let mut stream = socket.connect(self.target).await?;
        stream.set_nodelay(true)?;
        stream.write_all(self.kind.opening().as_bytes()).await?;
        Ok(stream)
    }

    /// Until the server ends it.
    async fn hold(self, stream: TcpStream, number: u32) {
        let first = Instant::now() + EACH * number / self.connections.max(1);
        let mut ticks = interval_at(first, EACH);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            match self.kind {
                Kind::Head | Kind::Body => tokio::select! {
                    () = answered(&stream) => return,
                    _ = ticks.tick() => if has_ended(&stream.try_write(b"a")) { return },
                },
                Kind::Reading => {
                    ticks.tick().await;
                    if has_ended(&stream.try_read(&mut [0])) {
                        return;
                    }
                }
            }
        }
    }
}

/// Who has not asked yet and hears something, or the end, is turned away.
async fn answered(stream: &TcpStream) {
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut [0; 512]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(_) | Err(_) => return,
        }
    }
}

fn has_ended(done: &io::Result<usize>) -> bool {
    match done {
        Ok(bytes) => *bytes == 0,
        Err(error) => error.kind() != io::ErrorKind::WouldBlock,
    }
}

#[cfg(test)]
mod tests;
