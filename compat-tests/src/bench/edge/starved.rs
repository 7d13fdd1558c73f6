//! Whether anybody waits for slow clients: how long ordinary requests take beside thousands of them, and without.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use gateway::db::tethered::Tethered;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Plan;
use super::attack::Kind;
use super::ground::{Ground, Who};
use super::report::{Part, Row};
use crate::bench::bar::{Bar, median};
use crate::bench::contender::{Contender, attacker};
use crate::bench::pulse::Pulse;
use crate::bench::quantile::quantile;

/// Those who ask for something ordinary, and how often each of them does.
const CLIENTS: u32 = 8;
const EACH: Duration = Duration::from_millis(8);
/// What comes and goes with an attack is over by then.
const SETTLED: Duration = Duration::from_millis(500);
/// Of the 99th percentiles.
const MOST: f64 = 1.2;

pub(super) fn compare(ground: &Ground, plan: Plan) -> anyhow::Result<Part> {
    let gateway = ground.proxy(Who::Gateway)?;
    let mut alone = Row::new("alone", "ms p99");
    let mut beside = Kind::ALL.map(|kind| Row::new(told(kind).0, "ms p99"));
    p99(&gateway, plan.starved_round)?;
    for round in 1..=plan.starved_rounds {
        let mut cut = [0; Kind::ALL.len()];
        for turn in turns(round) {
            let Some(which) = turn else {
                alone.rounds.push(p99(&gateway, plan.starved_round)?);
                continue;
            };
            let kind = Kind::ALL[which];
            let attacker = Attacker::begin(ground, kind, gateway.address(), plan)?;
            let seen = p99(&gateway, plan.starved_round).with_context(|| format!("beside {kind:?}"))?;
            beside[which].rounds.push(seen);
            cut[which] = attacker.end()?;
        }
        eprintln!("starved: round {round} of {}, of the slow ones were cut {cut:?}", plan.starved_rounds);
    }
    let bars = Kind::ALL.iter().zip(&beside).map(|(kind, row)| bar(*kind, &alone, row));
    Ok(Part {
        name: "starved",
        told: format!(
            "GET, {} a second, beside {} slow connections, median of {} rounds",
            f64::from(CLIENTS) / EACH.as_secs_f64(),
            plan.slow_connections,
            plan.starved_rounds
        ),
        bars: bars.collect(),
        rows: [alone].into_iter().chain(beside).collect(),
    })
}

/// Alone, and beside each kind: another one first in each round, because each leaves something behind.
fn turns(round: usize) -> [Option<usize>; 1 + Kind::ALL.len()] {
    let mut turns = [None, Some(0), Some(1), Some(2)];
    let places = turns.len();
    turns.rotate_left(round % places);
    turns
}

/// As a row, and as a bar.
fn told(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Head => ("slow heads", "p99 beside slow heads, times that alone"),
        Kind::Body => ("slow bodies", "p99 beside slow bodies, times that alone"),
        Kind::Reading => ("slow readers", "p99 beside slow readers, times that alone"),
    }
}

/// Of the rounds' own ratios.
fn bar(kind: Kind, alone: &Row, beside: &Row) -> Bar {
    let ratios = beside.rounds.iter().zip(&alone.rounds).map(|(beside, alone)| beside / alone);
    Bar { what: told(kind).1, ratio: median(ratios.collect()), most: MOST }
}

/// In milliseconds. Every request is answered 200, or there is no figure.
fn p99(gateway: &Contender, lasting: Duration) -> anyhow::Result<f64> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(pulses(gateway.address(), SETTLED))?;
    let mut latencies = runtime.block_on(pulses(gateway.address(), lasting))?;
    Ok(quantile(&mut latencies, 0.99).as_secs_f64() * 1e3)
}

async fn pulses(address: SocketAddr, lasting: Duration) -> anyhow::Result<Vec<Duration>> {
    let (began, mut asking) = (Instant::now(), JoinSet::new());
    for number in 0..CLIENTS {
        let pulse = Pulse { first: began + EACH * number / CLIENTS, each: EACH, end: began + lasting };
        asking.spawn(async move { pulse.of(address, "/small", &[]).await });
    }
    let mut latencies = Vec::new();
    while let Some(ended) = asking.join_next().await {
        latencies.extend(ended??);
    }
    Ok(latencies)
}

/// A process of its own, on the other core.
struct Attacker {
    process: Tethered,
    told: BufReader<std::process::ChildStdout>,
}

impl Attacker {
    fn begin(ground: &Ground, kind: Kind, target: SocketAddr, plan: Plan) -> anyhow::Result<Self> {
        let connections = plan.slow_connections;
        let mut process = attacker(ground.cores, kind.name(), target, connections)?;
        let told = process.take_stdout().context("the attacker's output is a pipe")?;
        let mut told = BufReader::new(told);
        let mut line = String::new();
        told.read_line(&mut line)?;
        ensure!(line.trim() == format!("held {connections}"), "the attacker says `{}`", line.trim());
        Ok(Self { process, told })
    }

    /// How often a connection was cut.
    fn end(mut self) -> anyhow::Result<u64> {
        self.process.stop()?;
        let mut rest = String::new();
        self.told.read_to_string(&mut rest)?;
        let cut = rest.trim().strip_prefix("cut ").context("the attacker says how many were cut")?;
        Ok(cut.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_the_median_of_the_rounds_own_ratios() {
        let row = |rounds: [f64; 4]| Row { rounds: rounds.to_vec(), ..Row::new("a row", "ms p99") };
        let (alone, beside) = (row([1.0, 2.0, 4.0, 1.0]), row([1.0, 2.2, 5.2, 9.0]));
        let bar = bar(Kind::Head, &alone, &beside);
        assert!((bar.ratio - 1.2).abs() < 1e-9 && bar.what.contains("heads"), "{bar}");
    }
}
