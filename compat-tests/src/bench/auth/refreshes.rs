//! What a refresh costs: the one statement that turns a session, through the gateway, with PostgreSQL on the other core.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Measured;
use super::stand::{Hash, Stand, connect, log_in};
use crate::bench::Cores;
use crate::bench::bar::{Bar, median};
use crate::bench::cpu::CpuTime;
use crate::bench::quantile::quantile;
use crate::client::Client;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
/// How many clients refresh at the same time, each a session of its own.
const CLIENTS: [u32; 2] = [1, 16];

#[derive(Debug)]
pub(super) struct Refreshes {
    rows: Vec<(u32, Figure)>,
    pinned: bool,
}

/// Medians of rounds: milliseconds, a second, microseconds.
#[derive(Debug, Clone, Copy)]
struct Figure {
    p50: f64,
    p95: f64,
    rate: f64,
    cpu: f64,
    postgres: f64,
}

/// One that always shows the last token that it was given.
struct Holder {
    client: Client,
    refresh_token: String,
}

pub(super) fn measure() -> anyhow::Result<Refreshes> {
    let stand = Stand::start(Cores::choose())?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for clients in CLIENTS {
        let mut holders = runtime.block_on(Holder::several(&stand, clients))?;
        let mut figures = Vec::new();
        for _ in 0..=ROUNDS {
            let figure;
            (holders, figure) = runtime.block_on(round(&stand, holders))?;
            figures.push(figure);
        }
        // The first is a warm-up.
        rows.push((clients, Figure::median(&figures[1..])));
    }
    Ok(Refreshes { rows, pinned: stand.pinned })
}

async fn round(stand: &Stand, holders: Vec<Holder>) -> anyhow::Result<(Vec<Holder>, Figure)> {
    let cpu =
        || anyhow::Ok((CpuTime::of_group(stand.gateway.group())?, CpuTime::of_family(stand.cluster.id())?));
    let before = cpu()?;
    let end = Instant::now() + ROUND;
    let mut refreshing = JoinSet::new();
    for mut holder in holders {
        refreshing.spawn(async move {
            let mut latencies = Vec::new();
            while Instant::now() < end {
                let from = Instant::now();
                holder.refresh().await?;
                latencies.push(from.elapsed());
            }
            anyhow::Ok((holder, latencies))
        });
    }
    let (mut holders, mut latencies) = (Vec::new(), Vec::new());
    while let Some(ended) = refreshing.join_next().await {
        let (holder, seen) = ended??;
        holders.push(holder);
        latencies.extend(seen);
    }
    let after = cpu()?;
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / latencies.len() as f64;
    let figure = Figure {
        cpu: each(after.0.since(before.0)?),
        postgres: each(after.1.since(before.1)?),
        rate: latencies.len() as f64 / ROUND.as_secs_f64(),
        p50: quantile(&mut latencies, 0.5).as_secs_f64() * 1e3,
        p95: quantile(&mut latencies, 0.95).as_secs_f64() * 1e3,
    };
    Ok((holders, figure))
}

impl Holder {
    async fn several(stand: &Stand, how_many: u32) -> anyhow::Result<Vec<Self>> {
        let mut holders = Vec::new();
        for number in 0..how_many {
            let mut client = connect(stand.gateway.address()).await?;
            let answer = log_in(&mut client, Hash::Cheap, number).await?;
            ensure!(answer.status == 200, "a login is answered {}: {}", answer.status, answer.text());
            holders.push(Self { client, refresh_token: refresh_token(&answer.body)? });
        }
        Ok(holders)
    }

    async fn refresh(&mut self) -> anyhow::Result<()> {
        let body = json!({ "refresh_token": self.refresh_token }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = self.client.request("POST", "/auth/refresh", &headers, body.as_bytes()).await?;
        ensure!(answer.status == 200, "a refresh is answered {}: {}", answer.status, answer.text());
        let next = refresh_token(&answer.body)?;
        ensure!(next != self.refresh_token, "a refresh token was not turned");
        self.refresh_token = next;
        Ok(())
    }
}

fn refresh_token(answer: &[u8]) -> anyhow::Result<String> {
    let answer: Value = serde_json::from_slice(answer)?;
    let token = answer["refresh_token"].as_str().context("an answer without a refresh token")?;
    Ok(token.to_owned())
}

impl Figure {
    fn median(rounds: &[Self]) -> Self {
        let middle = |value: fn(&Self) -> f64| median(rounds.iter().map(value).collect());
        Self {
            p50: middle(|figure| figure.p50),
            p95: middle(|figure| figure.p95),
            rate: middle(|figure| figure.rate),
            cpu: middle(|figure| figure.cpu),
            postgres: middle(|figure| figure.postgres),
        }
    }
}

impl Measured for Refreshes {
    fn bars(&self) -> Vec<Bar> {
        Vec::new()
    }
}

impl fmt::Display for Refreshes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = if self.pinned { "the gateway alone on one core" } else { "cores shared" };
        write!(
            formatter,
            "POST /auth/refresh, {pinned}, PostgreSQL with fsync, median of {ROUNDS} rounds of {ROUND:?}"
        )?;
        for (clients, Figure { p50, p95, rate, cpu, postgres }) in &self.rows {
            write!(
                formatter,
                "\n  {clients:>3} at once   p50 {p50:>6.2} ms   p95 {p95:>6.2} ms   {rate:>6.0} refreshes/s   {cpu:>5.0} us \
                 CPU/refresh   PostgreSQL {postgres:>5.0} us"
            )?;
        }
        Ok(())
    }
}
