//! Clients that never rest, of every kind, and what became of all that they asked.

mod beat;
mod busy;
pub(crate) mod door;
mod streams;
mod swift;

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use tokio::{sync::watch, task::JoinSet, time::Instant};

pub(crate) use door::Door;
pub(crate) use swift::{swift, swift_as};

use beat::Beat;
use busy::Busy;
use streams::AT_ONCE;

/// Whether the figures that were promised are to be shown, which takes minutes.
#[expect(clippy::disallowed_methods, reason = "how long to try is not a setting of the gateway")]
pub(crate) fn is_long() -> bool {
    std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1")
}

/// The same of what depends on how fast the gateway is: only of what is shipped.
#[expect(clippy::disallowed_methods, reason = "which binary is tested is not a setting of the gateway")]
pub(crate) fn is_long_and_shipped() -> bool {
    is_long() && std::env::var_os("GATEWAY_TEST_BINARY").is_some()
}

/// How many of each kind there are, and when each begins its next request, whether or not the last was quick.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) keep_alive: usize,
    /// Connections of HTTP/2, on each of which several are asked at once.
    pub(crate) streams: usize,
    /// Each request on a connection of its own.
    pub(crate) fresh: usize,
    pub(crate) sockets: usize,
    /// A body that takes a second to send.
    pub(crate) uploads: usize,
    pub(crate) every: Duration,
}

/// Kept connections that are quiet for so long between two requests.
const RESTING: usize = 4;
const REST: Duration = Duration::from_secs(1);

/// Of what was asked for; the rest are those who begin and end.
const NEARLY: f64 = 0.95;

impl Pace {
    /// Of requests of every kind but uploads, in a second, on a machine that keeps up.
    pub(crate) fn rate(&self) -> f64 {
        let often = self.keep_alive + self.fresh + AT_ONCE * self.streams;
        often as f64 / self.every.as_secs_f64() + RESTING as f64 / REST.as_secs_f64()
    }
}

/// What all of them were told.
#[derive(Default, Debug)]
pub(crate) struct Told {
    pub(crate) answers: usize,
    /// Those of them that came over HTTP/2.
    pub(crate) streams: usize,
    /// After an answer that said so, or a GOAWAY.
    pub(crate) reconnects: usize,
    /// Sockets that were opened.
    pub(crate) sockets: usize,
    pub(crate) echoes: usize,
    /// Sockets that were closed with 1012, and opened again.
    pub(crate) restarts: usize,
    pub(crate) uploads: usize,
    pub(crate) failures: Vec<String>,
    /// Of answers, in a second.
    pub(crate) rate: f64,
}

impl Told {
    fn add(&mut self, told: Self) {
        self.answers += told.answers;
        self.streams += told.streams;
        self.reconnects += told.reconnects;
        self.sockets += told.sockets;
        self.echoes += told.echoes;
        self.restarts += told.restarts;
        self.uploads += told.uploads;
        self.failures.extend(told.failures);
    }

    /// All in one line, for who reads the figures of a run.
    pub(crate) fn shown(&self, pace: &Pace) -> String {
        format!(
            "{:.0} requests a second of {:.0} wanted: {} answers, {} of them over HTTP/2, {} kept connections ended by an \
             answer or a GOAWAY, {} uploads, {} echoes, {} sockets told to come back, {} failures",
            self.rate,
            pace.rate(),
            self.answers,
            self.streams,
            self.reconnects,
            self.uploads,
            self.echoes,
            self.restarts,
            self.failures.len()
        )
    }

    /// Whether they asked as often as they should have: the machine has to have the time for it.
    pub(crate) fn kept_up(&self, pace: &Pace) -> bool {
        self.rate >= NEARLY * pace.rate()
    }
}

pub(crate) struct Crowd {
    stop: watch::Sender<bool>,
    clients: JoinSet<Told>,
    began: Instant,
}

/// What the crowd asks, and whom.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) door: Door,
    pub(crate) target: &'static str,
    /// What those ask who come anew each time.
    pub(crate) fresh: &'static str,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// Whether this is an answer to it: status and body.
    pub(crate) fits: fn(u16, &str) -> bool,
    /// What is known to hold when a request begins; its id says so.
    pub(crate) since: Arc<AtomicU64>,
}

impl Asked {
    /// In clear, of a legacy that is swift.
    pub(crate) fn at(address: SocketAddr, target: &'static str) -> Self {
        let fits = |status, body: &str| (status, body) == (200, "0");
        let door = Door::clear(address);
        Self { door, target, fresh: target, headers: &[], fits, since: Arc::default() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    KeepAlive,
    Resting,
    Streams,
    Fresh,
    Socket,
    Upload,
    UploadStream,
}

impl Crowd {
    pub(crate) fn gather(asked: &Asked, pace: Pace) -> Self {
        let (stop, _) = watch::channel(false);
        let mut clients = JoinSet::new();
        let streamed = pace.uploads / 2;
        let kinds = [
            (Kind::KeepAlive, pace.keep_alive),
            (Kind::Resting, RESTING),
            (Kind::Streams, pace.streams),
            (Kind::Fresh, pace.fresh),
            (Kind::Socket, pace.sockets),
            (Kind::Upload, pace.uploads - streamed),
            (Kind::UploadStream, streamed),
        ];
        for (kind, count) in kinds {
            let every = if kind == Kind::Resting { REST } else { pace.every };
            for number in 0..count {
                let beat = Beat::new(every, (number, count), stop.subscribe());
                clients.spawn(Busy { asked: asked.clone(), beat, told: Told::default() }.play(kind));
            }
        }
        Self { stop, clients, began: Instant::now() }
    }

    pub(crate) async fn leave(self) -> Told {
        let Self { stop, mut clients, began } = self;
        stop.send_replace(true);
        let took = began.elapsed();
        let mut all = Told::default();
        while let Some(told) = clients.join_next().await {
            all.add(told.unwrap());
        }
        all.rate = all.answers as f64 / took.as_secs_f64();
        all
    }
}
