//! Clients that never rest, of every kind, and what became of all that they asked.

mod swift;

use std::{io, net::SocketAddr, time::Duration};

use compat_tests::client::{
    Answer, Client,
    websocket::{Frame, WebSocket},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, Interval, MissedTickBehavior, interval},
};

pub(crate) use swift::swift;

/// Whether the figures that were promised are to be shown, which takes minutes.
#[expect(clippy::disallowed_methods, reason = "how long to try is not a setting of the gateway")]
pub(crate) fn is_long() -> bool {
    std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1")
}

/// How many of each kind there are, and how long each waits from one request to the next.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) keep_alive: usize,
    /// Each request on a connection of its own.
    pub(crate) fresh: usize,
    pub(crate) sockets: usize,
    /// A body that takes a second to send.
    pub(crate) uploads: usize,
    pub(crate) every: Duration,
}

impl Pace {
    /// Of keep-alive and fresh requests, in a second, on a machine that keeps up.
    pub(crate) fn rate(&self) -> f64 {
        (self.keep_alive + self.fresh) as f64 / self.every.as_secs_f64()
    }
}

/// What all of them were told.
#[derive(Default, Debug)]
pub(crate) struct Told {
    pub(crate) answers: usize,
    /// After an answer that said so.
    pub(crate) reconnects: usize,
    pub(crate) echoes: usize,
    /// Sockets that were closed with 1012, and opened again.
    pub(crate) restarts: usize,
    pub(crate) uploads: usize,
    pub(crate) failures: Vec<String>,
}

pub(crate) struct Crowd {
    stop: watch::Sender<bool>,
    clients: JoinSet<Told>,
    began: Instant,
}

/// What the crowd asks, and whom.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) address: SocketAddr,
    pub(crate) target: &'static str,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// Whether this is an answer to it.
    pub(crate) fits: fn(&Answer) -> bool,
}

#[derive(Clone, Copy)]
enum Kind {
    KeepAlive,
    Fresh,
    Socket,
    Upload,
}

impl Crowd {
    pub(crate) fn gather(asked: Asked, pace: Pace) -> Self {
        let (stop, _) = watch::channel(false);
        let mut clients = JoinSet::new();
        let kinds = [
            (Kind::KeepAlive, pace.keep_alive),
            (Kind::Fresh, pace.fresh),
            (Kind::Socket, pace.sockets),
            (Kind::Upload, pace.uploads),
        ];
        for kind in kinds.into_iter().flat_map(|(kind, count)| std::iter::repeat_n(kind, count)) {
            let client = Busy { asked, beat: Beat::new(pace.every, stop.subscribe()), told: Told::default() };
            clients.spawn(client.play(kind));
        }
        Self { stop, clients, began: Instant::now() }
    }

    /// What they were told, and how many requests in a second that was.
    pub(crate) async fn leave(self) -> (Told, f64) {
        let Self { stop, mut clients, began } = self;
        stop.send_replace(true);
        let mut all = Told::default();
        while let Some(told) = clients.join_next().await {
            let told = told.unwrap();
            all.answers += told.answers;
            all.reconnects += told.reconnects;
            all.echoes += told.echoes;
            all.restarts += told.restarts;
            all.uploads += told.uploads;
            all.failures.extend(told.failures);
        }
        let rate = all.answers as f64 / began.elapsed().as_secs_f64();
        (all, rate)
    }
}

/// When to ask next, and when no more.
struct Beat {
    ticks: Interval,
    stop: watch::Receiver<bool>,
}

impl Beat {
    fn new(every: Duration, stop: watch::Receiver<bool>) -> Self {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks, stop }
    }

    /// Whether to go on.
    async fn next(&mut self) -> bool {
        let is_on = tokio::select! {
            _ = self.ticks.tick() => true,
            _ = self.stop.wait_for(|stop| *stop) => false,
        };
        is_on && !*self.stop.borrow()
    }
}

struct Busy {
    asked: Asked,
    beat: Beat,
    told: Told,
}

impl Busy {
    async fn play(mut self, kind: Kind) -> Told {
        let (ended, kind) = match kind {
            Kind::KeepAlive => (self.keep_alive().await, "keep-alive"),
            Kind::Fresh => (self.fresh().await, "fresh"),
            Kind::Socket => (self.socket().await, "socket"),
            Kind::Upload => (self.upload().await, "upload"),
        };
        if let Err(failure) = ended {
            self.told.failures.push(format!("{kind}: {failure}"));
        }
        self.told
    }

    async fn connect(&self) -> io::Result<Client> {
        Client::connect(self.asked.address).await
    }

    fn judge(&mut self, answer: &Answer) -> io::Result<()> {
        self.told.answers += 1;
        if (self.asked.fits)(answer) {
            return Ok(());
        }
        Err(io::Error::other(format!("{} {}", answer.status, answer.text())))
    }

    async fn keep_alive(&mut self) -> io::Result<()> {
        let mut client = self.connect().await?;
        while self.beat.next().await {
            let answer = client.request("GET", self.asked.target, self.asked.headers, b"").await?;
            self.judge(&answer)?;
            if answer.closes() {
                self.told.reconnects += 1;
                client = self.connect().await?;
            }
        }
        Ok(())
    }

    async fn fresh(&mut self) -> io::Result<()> {
        while self.beat.next().await {
            let answer =
                self.connect().await?.request("GET", self.asked.target, self.asked.headers, b"").await?;
            self.judge(&answer)?;
        }
        Ok(())
    }

    async fn open(&self) -> io::Result<WebSocket> {
        let mut client = self.connect().await?;
        let head = client.handshake("/live", &[]).await?;
        if head.status != 101 {
            return Err(io::Error::other(format!("the handshake is answered {}", head.status)));
        }
        Ok(client.into_websocket())
    }

    async fn socket(&mut self) -> io::Result<()> {
        let mut socket = self.open().await?;
        while self.beat.next().await {
            let said = Frame::text(&format!("echo {}", self.told.echoes));
            // One that is closed just now may not take it any more; what matters is what it says in the end.
            let _ = socket.say(&said).await;
            match socket.hear().await? {
                Some(heard) if heard == said => self.told.echoes += 1,
                Some(heard) if heard.close_code() == Some(1012) => {
                    self.told.restarts += 1;
                    socket = self.open().await?;
                }
                other => return Err(io::Error::other(format!("{other:?} for an echo"))),
            }
        }
        Ok(())
    }

    /// Ten pieces, a tenth of a second apart; what was begun is sent to its end.
    async fn upload(&mut self) -> io::Result<()> {
        while self.beat.next().await {
            let mut client = self.connect().await?;
            client.begin("POST", "/upload", &[("content-length", "100")]).await?;
            let mut pieces = interval(Duration::from_millis(100));
            for _ in 0..10 {
                pieces.tick().await;
                client.send(&[b'x'; 10]).await?;
            }
            let status = client.head().await?.status;
            let body = client.rest().await?;
            if (status, body.as_ref()) != (200, b"100") {
                return Err(io::Error::other(format!("{status} {body:?} for an upload")));
            }
            self.told.uploads += 1;
        }
        Ok(())
    }
}
