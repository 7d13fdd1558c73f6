//! One request with its retries, as a client that reads `Retry-After` makes them, at one gateway or the other.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::scene::Scene;
use super::tally::Kind;
use crate::client::{Answer, Client};

/// Connections to the gateways, kept from one request to the next.
#[derive(Debug)]
pub(super) struct Asking {
    scene: Arc<Scene>,
    connections: [Option<Client>; 2],
}

pub(super) struct Ask<'a> {
    pub(super) kind: Kind,
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    pub(super) authorization: Option<&'a str>,
    /// With its `Content-Type`.
    pub(super) body: Option<(&'a str, &'a str)>,
}

/// The last answer, which is no 5xx.
pub(super) struct Settled {
    pub(super) answer: Answer,
    pub(super) replica: usize,
    pub(super) latency: Duration,
    pub(super) waited: Duration,
    pub(super) retries: u32,
}

/// All of a request's retries are made within this time, and each answer comes within it.
const PATIENCE: Duration = Duration::from_secs(10);

impl Asking {
    pub(super) fn new(scene: Arc<Scene>) -> Self {
        Self { scene, connections: [None, None] }
    }

    /// At either gateway, as behind a balancer.
    pub(super) async fn ask(&mut self, ask: &Ask<'_>) -> Result<Settled, String> {
        self.ask_at(None, ask).await
    }

    /// What a person would be told after the last retry, if there is no answer.
    pub(super) async fn ask_at(&mut self, place: Option<usize>, ask: &Ask<'_>) -> Result<Settled, String> {
        let began = Instant::now();
        let mut retries = 0;
        loop {
            let replica = place.unwrap_or_else(|| fastrand::usize(..2));
            let asked = Instant::now();
            let answer = match timeout(PATIENCE, self.attempt(replica, ask)).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => return Err(format!("{} {}: {error}", ask.method, ask.target)),
                Err(_) => return Err(format!("{} {}: no answer in {PATIENCE:?}", ask.method, ask.target)),
            };
            let after = answer.headers.one("retry-after").and_then(|seconds| seconds.parse().ok());
            let after = after.filter(|_| matches!(answer.status, 429 | 503)).map(Duration::from_secs);
            self.count(&answer, asked, after.is_some(), ask);
            let due = after.map(|after| Instant::now() + after).filter(|due| *due <= began + PATIENCE);
            match due {
                Some(due) => {
                    retries += 1;
                    sleep_until(due).await;
                }
                None if answer.status >= 500 => {
                    let waited = began.elapsed();
                    return Err(format!("{} {}: {} after {waited:?}", ask.method, ask.target, answer.status));
                }
                None => {
                    let (latency, waited) = (asked.elapsed(), began.elapsed());
                    return Ok(Settled { answer, replica, latency, waited, retries });
                }
            }
        }
    }

    fn count(&self, answer: &Answer, asked: Instant, says_when: bool, ask: &Ask<'_>) {
        let is_calm = self.scene.calendar.was_calm(asked, Instant::now());
        let is_planned = answer.status == 503 && says_when && !is_calm;
        self.scene.tally.change(|figures| {
            figures.answers += 1;
            figures.throttled += u64::from(answer.status == 429);
            if answer.status >= 500 && is_planned {
                figures.planned += 1;
            } else if answer.status >= 500 {
                figures.unplanned += 1;
                let at = self.scene.began.elapsed();
                let told = format!("{} for {} {} at {at:.1?}", answer.status, ask.method, ask.target);
                figures.complain("unplanned 5xx", told);
            }
        });
    }

    /// A connection that was kept may have been closed meanwhile, which says nothing about the gateway.
    async fn attempt(&mut self, replica: usize, ask: &Ask<'_>) -> io::Result<Answer> {
        if let Some(kept) = self.connections[replica].take() {
            match self.exchange(replica, kept, ask).await {
                Ok(answer) => return Ok(answer),
                Err(_) => self.scene.tally.change(|figures| figures.reconnected += 1),
            }
        }
        let fresh = Client::connect(self.scene.replicas[replica]).await?;
        self.exchange(replica, fresh, ask).await
    }

    async fn exchange(&mut self, replica: usize, mut client: Client, ask: &Ask<'_>) -> io::Result<Answer> {
        let (content_type, body) = ask.body.unwrap_or_default();
        let answer =
            client.request(ask.method, ask.target, &ask.headers(content_type), body.as_bytes()).await?;
        self.connections[replica] = Some(client).filter(|_| !answer.closes());
        Ok(answer)
    }

    /// Sends a request of which the answer never arrives.
    pub(super) async fn lose(&self, ask: &Ask<'_>) -> io::Result<()> {
        let mut client = Client::connect(self.scene.replicas[fastrand::usize(..2)]).await?;
        let (content_type, body) = ask.body.unwrap_or_default();
        let mut headers = ask.headers(content_type);
        let length = body.len().to_string();
        headers.push(("content-length", &length));
        client.begin(ask.method, ask.target, &headers).await?;
        client.send(body.as_bytes()).await?;
        match fastrand::u8(..3) {
            // Cut off while it is on its way there, while it is dealt with, or while the answer comes.
            0 => {}
            1 => drop(timeout(Duration::from_millis(fastrand::u64(1..10)), client.head()).await),
            _ => drop(timeout(PATIENCE, client.head()).await),
        }
        self.scene.tally.change(|figures| figures.lost += 1);
        Ok(())
    }
}

impl<'a> Ask<'a> {
    fn headers(&self, content_type: &'a str) -> Vec<(&'a str, &'a str)> {
        let named =
            [("authorization", self.authorization.unwrap_or_default()), ("content-type", content_type)];
        named.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}
