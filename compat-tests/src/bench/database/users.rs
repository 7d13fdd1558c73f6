//! Users who each list, read, create, change and delete tasks of their own, at a pace or as fast as they are answered.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::bench::quantile::quantile;
use crate::client::Client;

#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    /// The next request when the last one is answered.
    FlatOut,
    /// Requests in a second, of all users together; who is late catches up.
    Rate(f64),
}

/// How long each answer took. With a pace, from when it was due: who waits in a queue waits.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) latencies: Vec<Duration>,
    /// With what users do before and after they are watched.
    pub(super) asked: u32,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Create,
    Read,
    List,
    Change,
    Delete,
}

/// What a user does, again and again.
const CYCLE: [Step; 10] = [
    Step::Create,
    Step::Read,
    Step::List,
    Step::Change,
    Step::Read,
    Step::Read,
    Step::List,
    Step::Change,
    Step::Read,
    Step::Delete,
];

struct User {
    client: Client,
    authorization: String,
    /// The step to begin with.
    next: usize,
    task: Option<u64>,
    asked: u32,
}

/// Fails when any answer is not the expected one.
pub(super) async fn ask(
    address: SocketAddr,
    tokens: &[String],
    pace: Pace,
    lasting: Duration,
) -> anyhow::Result<Seen> {
    let mut users = enter(address, tokens).await?;
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for (number, mut user) in users.drain(..).enumerate() {
        let (interval, first) = match pace {
            Pace::FlatOut => (None, began),
            Pace::Rate(rate) => {
                let apart = Duration::from_secs_f64(1.0 / rate);
                (Some(apart * tokens.len() as u32), began + apart * number as u32)
            }
        };
        asking.spawn(async move {
            let latencies = user.work(first, interval, began + lasting).await?;
            user.leave().await?;
            anyhow::Ok((latencies, user.asked))
        });
    }
    let mut seen = Seen::default();
    while let Some(ended) = asking.join_next().await {
        let (latencies, asked) = ended??;
        seen.latencies.extend(latencies);
        seen.asked += asked;
    }
    Ok(seen)
}

/// Connected, and not all about to do the same at the same time.
async fn enter(address: SocketAddr, tokens: &[String]) -> anyhow::Result<Vec<User>> {
    let mut users = Vec::new();
    for (number, token) in tokens.iter().enumerate() {
        let client = Client::connect(address).await.with_context(|| format!("connect to {address}"))?;
        let authorization = format!("Bearer {token}");
        let mut user = User { client, authorization, next: number % CYCLE.len(), task: None, asked: 0 };
        if user.next > 0 {
            // The task that the steps before would have left behind.
            user.take(Step::Create).await?;
        }
        users.push(user);
    }
    Ok(users)
}

impl User {
    async fn work(
        &mut self,
        first: Instant,
        interval: Option<Duration>,
        end: Instant,
    ) -> anyhow::Result<Vec<Duration>> {
        let mut latencies = Vec::new();
        let mut due = first;
        for step in CYCLE.iter().cycle().skip(self.next) {
            let now = Instant::now();
            let from = match interval {
                // The timer's own lateness is not the server's.
                Some(_) if due > now => {
                    sleep_until(due).await;
                    Instant::now()
                }
                Some(_) => due,
                None => now,
            };
            if from >= end {
                break;
            }
            self.take(*step).await?;
            latencies.push(from.elapsed());
            due += interval.unwrap_or_default();
        }
        Ok(latencies)
    }

    /// Leaves no more rows than there were.
    async fn leave(&mut self) -> anyhow::Result<()> {
        if self.task.is_some() { self.take(Step::Delete).await } else { Ok(()) }
    }

    async fn take(&mut self, step: Step) -> anyhow::Result<()> {
        let own = || self.task.map(|task| format!("/api/tasks/{task}")).context("a task to ask for");
        let (method, target, body, expected) = match step {
            Step::List => ("GET", "/api/tasks?limit=20&sort=-id".to_owned(), "", 200),
            Step::Create => ("POST", "/api/tasks".to_owned(), CREATED, 201),
            Step::Read => ("GET", own()?, "", 200),
            Step::Change => ("PATCH", own()?, CHANGED, 200),
            Step::Delete => ("DELETE", own()?, "", 204),
        };
        let headers = [("authorization", self.authorization.as_str()), ("content-type", "application/json")];
        let headers = if body.is_empty() { &headers[..1] } else { &headers[..] };
        let answer = self.client.request(method, &target, headers, body.as_bytes()).await;
        let answer = answer.with_context(|| format!("{method} {target}"))?;
        ensure!(answer.status == expected, "{method} {target}: {} {}", answer.status, answer.text());
        self.asked += 1;
        match step {
            Step::Create => self.task = Some(id(&answer.body)?),
            Step::Delete => self.task = None,
            Step::Read | Step::List | Step::Change => {}
        }
        Ok(())
    }
}

const CREATED: &str =
    r#"{"title":"Measure it","description":"Beside the other one","priority":3,"estimate_hours":1.5}"#;
const CHANGED: &str = r#"{"status":"doing","due_at":"2026-12-24T18:00:00Z"}"#;

fn id(task: &[u8]) -> anyhow::Result<u64> {
    match serde_json::from_slice::<Value>(task)?["id"].as_u64() {
        Some(id) => Ok(id),
        None => bail!("a task without an id: {}", String::from_utf8_lossy(task)),
    }
}

impl Seen {
    /// The latency that this share of the answers did not exceed.
    pub(super) fn quantile(&mut self, share: f64) -> Duration {
        quantile(&mut self.latencies, share)
    }
}
