//! A few hundred requests a second, proxied and native, reads and writes, that go on coming whatever is answered.

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use compat_tests::client::{Answer, Client};
use parking_lot::Mutex;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use super::record::{Kind, Record, Seen};
use crate::house::{bearer, token};

/// Each turn asks five things: 250 requests a second, or half of them.
pub(crate) const PEAK: Duration = Duration::from_millis(20);
pub(crate) const HALF: Duration = Duration::from_millis(40);

/// An answer that has not come by then is a hang, whatever the deadline was.
const PATIENCE: Duration = Duration::from_secs(15);

/// So many answers in a row are full service.
const STREAK: usize = 20;

/// Proxied routes are answered at once whatever the database does, as long as the machine keeps up. One that does not is
/// asked less: everything would be late on it, and prove nothing of the fault.
const KEPT_UP: usize = 16;

/// Longer than anything that may be tested for.
const WATCHED: Duration = Duration::from_secs(45);

pub(crate) struct Load {
    /// Part of what is written: two loads on one database write different things.
    name: &'static str,
    turn: Duration,
    clients: Arc<Clients>,
    /// The tasks of user 1, which are changed again and again.
    tasks: Vec<i32>,
    streak: watch::Sender<Streak>,
}

/// Good answers in a row to native requests that were begun since a moment.
#[derive(Clone, Copy)]
struct Streak {
    since: Instant,
    good: usize,
    first: Instant,
}

struct Clients {
    address: SocketAddr,
    tokens: [String; 3],
    idle: Mutex<Vec<Client>>,
}

struct Ask {
    kind: Kind,
    user: usize,
    method: &'static str,
    target: String,
    title: Option<String>,
}

impl Load {
    pub(crate) fn on(address: SocketAddr, name: &'static str, turn: Duration, tasks: Vec<i32>) -> Self {
        let tokens = [1, 2, 4].map(|user| bearer(&token(user)));
        let now = Instant::now();
        Self {
            name,
            turn,
            clients: Arc::new(Clients { address, tokens, idle: Mutex::default() }),
            tasks,
            streak: watch::Sender::new(Streak { since: now, good: 0, first: now }),
        }
    }

    /// Keeps asking until `script` has ended; returns what came of it and of every request.
    pub(crate) async fn during<T>(&self, script: impl Future<Output = T>) -> (T, Vec<Record>) {
        let (mut asked, mut records) = (JoinSet::new(), Vec::new());
        let mut turns = interval(self.turn);
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut script = pin!(script);
        let (mut number, mut proxied) = (0, 0);
        let ended = loop {
            tokio::select! {
                ended = &mut script => break ended,
                _ = turns.tick(), if proxied < KEPT_UP => {
                    number += 1;
                    for ask in self.asks(number) {
                        proxied += usize::from(ask.kind == Kind::Proxied);
                        asked.spawn(Arc::clone(&self.clients).ask(ask));
                    }
                }
                Some(record) = asked.join_next() => {
                    let record = record.unwrap();
                    proxied -= usize::from(record.kind == Kind::Proxied);
                    records.push(self.heard(record));
                }
            }
        };
        while let Some(record) = asked.join_next().await {
            records.push(record.unwrap());
        }
        (ended, records)
    }

    /// How long after `moment` the first of enough good answers in a row came; nothing when that does not happen.
    pub(crate) async fn served_since(&self, moment: Instant) -> Option<Duration> {
        self.streak.send_replace(Streak { since: moment, good: 0, first: moment });
        let mut streak = self.streak.subscribe();
        let enough = streak.wait_for(|streak| streak.good >= STREAK);
        let reached = timeout(WATCHED, enough).await.ok()?;
        Some(reached.unwrap().first.duration_since(moment))
    }

    fn heard(&self, record: Record) -> Record {
        self.streak.send_if_modified(|streak| {
            if record.kind == Kind::Proxied || record.begun < streak.since {
                return false;
            }
            if !record.seen.is_done() {
                streak.good = 0;
                return false;
            }
            if streak.good == 0 {
                streak.first = record.begun + record.took;
            }
            streak.good += 1;
            streak.good == STREAK
        });
        record
    }

    fn asks(&self, number: usize) -> [Ask; 5] {
        let user = number % 3;
        let read = |user, target: String| Ask { kind: Kind::Read, user, method: "GET", target, title: None };
        let task = self.tasks[number % self.tasks.len()];
        let write = if number.is_multiple_of(3) {
            let (target, title) =
                (format!("/api/tasks/{task}"), Some(format!("changed {} {number}", self.name)));
            Ask { kind: Kind::Write, user: 0, method: "PATCH", target, title }
        } else {
            let (target, title) = ("/api/tasks".to_owned(), Some(format!("made {} {number}", self.name)));
            Ask { kind: Kind::Write, user, method: "POST", target, title }
        };
        let proxied = |target: &str| Ask { kind: Kind::Proxied, ..read(user, target.to_owned()) };
        let list = ["/api/tasks?limit=5", "/api/tasks/summary"][number % 2];
        [
            proxied("/users/me"),
            proxied("/health"),
            read(0, format!("/api/tasks/{task}")),
            read(user, list.to_owned()),
            write,
        ]
    }
}

impl Clients {
    async fn ask(self: Arc<Self>, ask: Ask) -> Record {
        let begun = Instant::now();
        let seen = match timeout(PATIENCE, self.send(&ask)).await {
            Ok(Ok(answer)) => Seen::of(&answer),
            Ok(Err(error)) => Seen::Wrong(error.to_string()),
            Err(_) => Seen::Wrong(format!("no answer in {PATIENCE:?}")),
        };
        Record { kind: ask.kind, begun, took: begun.elapsed(), seen, title: ask.title }
    }

    async fn send(&self, ask: &Ask) -> std::io::Result<Answer> {
        let idle = self.idle.lock().pop();
        let mut client = match idle {
            Some(client) => client,
            None => Client::connect(self.address).await?,
        };
        let body = ask.title.as_ref().map(|title| format!("{{\"title\":\"{title}\"}}")).unwrap_or_default();
        let json = ask.title.as_ref().map(|_| ("content-type", "application/json"));
        let headers: Vec<_> =
            std::iter::once(("authorization", self.tokens[ask.user].as_str())).chain(json).collect();
        let answer = client.request(ask.method, &ask.target, &headers, body.as_bytes()).await?;
        if !answer.closes() {
            self.idle.lock().push(client);
        }
        Ok(answer)
    }
}
