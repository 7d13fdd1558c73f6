//! What a login costs: through the gateway with argon2id and with bcrypt, and at the sample, which knows bcrypt alone.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::ensure;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Measured;
use super::stand::{Hash, Stand, connect, log_in};
use crate::bench::Cores;
use crate::bench::bar::{Bar, median};
use crate::bench::cpu::CpuTime;

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(6);
/// Few enough that nobody waits too long.
const CLIENTS: u32 = 3;

#[derive(Debug)]
pub(super) struct Comparison {
    rows: Vec<(Row, Figure)>,
    pinned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Sample,
    Gateway(Hash),
}

/// Milliseconds of CPU for a login, and logins a second.
#[derive(Debug, Clone, Copy)]
struct Figure {
    cpu: f64,
    rate: f64,
}

const ROWS: [Row; 3] = [Row::Sample, Row::Gateway(Hash::Bcrypt12), Row::Gateway(Hash::Argon2id)];

pub(super) fn compare() -> anyhow::Result<Comparison> {
    let stand = Stand::start(Cores::choose())?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut rounds = [(); ROWS.len()].map(|()| Vec::new());
    for round in 1..=ROUNDS {
        for (row, figures) in ROWS.into_iter().zip(&mut rounds) {
            figures.push(runtime.block_on(measure(&stand, row))?);
        }
        eprintln!("round {round} of {ROUNDS}");
    }
    let rows = ROWS.into_iter().zip(&rounds).map(|(row, figures)| (row, Figure::median(figures))).collect();
    Ok(Comparison { rows, pinned: stand.pinned })
}

async fn measure(stand: &Stand, row: Row) -> anyhow::Result<Figure> {
    let (address, group, hash) = match row {
        Row::Sample => (stand.fastapi.address(), stand.fastapi.id(), Hash::Bcrypt12),
        Row::Gateway(hash) => (stand.gateway.address(), stand.gateway.group(), hash),
    };
    let before = CpuTime::of_group(group)?;
    let began = Instant::now();
    let mut logging_in = JoinSet::new();
    for number in 0..CLIENTS {
        logging_in.spawn(keep_logging_in(address, hash, number, began + ROUND));
    }
    let mut logins = 0;
    while let Some(ended) = logging_in.join_next().await {
        logins += ended??;
    }
    let lasted = began.elapsed();
    let spent = CpuTime::of_group(group)?.since(before)?;
    let logins = f64::from(logins);
    Ok(Figure { cpu: spent.as_secs_f64() * 1e3 / logins, rate: logins / lasted.as_secs_f64() })
}

async fn keep_logging_in(address: SocketAddr, hash: Hash, number: u32, end: Instant) -> anyhow::Result<u32> {
    let (mut client, mut logins) = (connect(address).await?, 0);
    while Instant::now() < end {
        let answer = log_in(&mut client, hash, number + logins * CLIENTS).await?;
        ensure!(answer.status == 200, "a login is answered {}: {}", answer.status, answer.text());
        logins += 1;
    }
    Ok(logins)
}

impl Figure {
    fn median(rounds: &[Self]) -> Self {
        let middle = |value: fn(&Self) -> f64| median(rounds.iter().map(value).collect());
        Self { cpu: middle(|figure| figure.cpu), rate: middle(|figure| figure.rate) }
    }
}

impl Row {
    fn told(self) -> &'static str {
        match self {
            Self::Sample => "FastAPI  bcrypt, cost 12",
            Self::Gateway(Hash::Bcrypt12) => "gateway  bcrypt, cost 12",
            Self::Gateway(Hash::Argon2id) => "gateway  argon2id, 19 MiB, two passes",
            Self::Gateway(Hash::Cheap) => "gateway  bcrypt, cost 4",
        }
    }
}

impl Measured for Comparison {
    fn bars(&self) -> Vec<Bar> {
        Vec::new()
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = if self.pinned { "each alone on one core" } else { "cores shared" };
        write!(
            formatter,
            "POST /auth/login, {CLIENTS} clients, {pinned}, median of {ROUNDS} rounds of {ROUND:?}; the gateway opens a \
             session as well"
        )?;
        for (row, Figure { cpu, rate }) in &self.rows {
            write!(formatter, "\n  {:<38} {cpu:>7.1} ms CPU/login   {rate:>6.1} logins/s", row.told())?;
        }
        Ok(())
    }
}
