//! One client at a steady pace, and how long each of its answers took.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::time::{Instant, sleep_until};

use crate::client::Client;

/// What is asked, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pulse {
    pub(super) first: Instant,
    pub(super) each: Duration,
    pub(super) end: Instant,
}

impl Pulse {
    /// Counted from when an answer was due, because who waits in a queue waits; the timer's own lateness is not the
    /// server's. Any other answer than 200 ends it.
    pub(super) async fn of(
        self,
        address: SocketAddr,
        target: &str,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Vec<Duration>> {
        let client = Client::connect(address).await;
        let mut client = client.with_context(|| format!("connect to {address}"))?;
        let (mut due, mut latencies) = (self.first, Vec::new());
        while due < self.end {
            let from = if due > Instant::now() {
                sleep_until(due).await;
                Instant::now()
            } else {
                due
            };
            let answer = client.request("GET", target, headers, b"").await;
            let answer = answer.with_context(|| format!("GET {target}"))?;
            ensure!(answer.status == 200, "GET {target}: {} {}", answer.status, answer.text());
            latencies.push(from.elapsed());
            due += self.each;
        }
        Ok(latencies)
    }
}
