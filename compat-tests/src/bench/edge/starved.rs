//! Whether anybody waits for slow clients: how long ordinary requests take beside thousands of them, and without.
//!
//! Without is measured twice in each round. Where that moves by itself, what is measured beside it says nothing.

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
use crate::bench::bar::{Bar, median};
use crate::bench::contender::{Contender, attacker};
use crate::bench::pulse::Pulse;
use crate::bench::quantile::quantile;
use crate::bench::report::{Part, Row};

/// Those who ask for something ordinary, and how often each of them does.
const CLIENTS: u32 = 8;
const EACH: Duration = Duration::from_millis(8);
/// What comes and goes with an attack is over by then.
const SETTLED: Duration = Duration::from_millis(500);
/// Of the 99th percentiles.
const MOST: f64 = 1.2;
/// A median of ten that move more than this is off by more than a tenth.
const MOST_SPREAD: f64 = 1.5;

/// What an ordinary request has beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nobody,
    NobodyAgain,
    Slow(Kind),
}

impl Beside {
    /// Each has a row.
    const ALL: [Self; 5] = [
        Self::Nobody,
        Self::Slow(Kind::Head),
        Self::NobodyAgain,
        Self::Slow(Kind::Body),
        Self::Slow(Kind::Reading),
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Nobody => "alone",
            Self::NobodyAgain => "alone again",
            Self::Slow(Kind::Head) => "slow heads",
            Self::Slow(Kind::Body) => "slow bodies",
            Self::Slow(Kind::Reading) => "slow readers",
        }
    }

    /// As a bar.
    fn told(self) -> Option<&'static str> {
        match self {
            Self::Nobody | Self::NobodyAgain => None,
            Self::Slow(Kind::Head) => Some("p99 beside slow heads, times that alone"),
            Self::Slow(Kind::Body) => Some("p99 beside slow bodies, times that alone"),
            Self::Slow(Kind::Reading) => Some("p99 beside slow readers, times that alone"),
        }
    }
}

pub(super) fn compare(ground: &Ground, plan: Plan) -> anyhow::Result<Part> {
    let gateway = ground.proxy(Who::Gateway)?;
    let mut rows = Beside::ALL.map(|beside| Row::new(beside.name(), "ms p99"));
    p99(&gateway, plan.starved_round)?;
    for round in 1..=plan.starved_rounds {
        let mut cut = 0;
        for which in turns(round) {
            let beside = Beside::ALL[which];
            let seen = match beside {
                Beside::Nobody | Beside::NobodyAgain => p99(&gateway, plan.starved_round)?,
                Beside::Slow(kind) => {
                    let attacker = Attacker::begin(ground, kind, gateway.address(), plan)?;
                    let seen = p99(&gateway, plan.starved_round);
                    cut += attacker.end()?;
                    seen.with_context(|| format!("beside {kind:?}"))?
                }
            };
            rows[which].rounds.push(seen);
        }
        eprintln!("starved: round {round} of {}, of the slow ones were cut {cut}", plan.starved_rounds);
    }
    Ok(Part {
        name: "starved",
        told: format!(
            "GET, {} a second, beside {} slow connections, median of {} rounds",
            f64::from(CLIENTS) / EACH.as_secs_f64(),
            plan.slow_connections,
            plan.starved_rounds
        ),
        bars: bars(&rows),
        rows: rows.into(),
    })
}

/// Another one first in each round, and another one before it: each leaves something behind.
fn turns(round: usize) -> [usize; Beside::ALL.len()] {
    let mut turns = [0, 1, 2, 3, 4];
    turns.rotate_left(round % Beside::ALL.len());
    if round.is_multiple_of(2) {
        turns.reverse();
    }
    turns
}

/// Of the rounds' own ratios, to the middle of the two without; and whether those two stood still.
fn bars(rows: &[Row; Beside::ALL.len()]) -> Vec<Bar> {
    let [nobody, _, again, ..] = rows;
    let alone =
        || nobody.rounds.iter().zip(&again.rounds).map(|(first, second)| f64::midpoint(*first, *second));
    let bar = |(beside, row): (Beside, &Row)| {
        let ratios = row.rounds.iter().zip(alone()).map(|(seen, alone)| seen / alone);
        Some(Bar { what: beside.told()?, ratio: median(ratios.collect()), most: MOST })
    };
    let quiet = Bar {
        what: "p99 alone, its third quartile times its first: whether the machine was quiet",
        ratio: spread([&nobody.rounds[..], &again.rounds].concat()),
        most: MOST_SPREAD,
    };
    Beside::ALL.into_iter().zip(rows).filter_map(bar).chain([quiet]).collect()
}

pub(super) fn spread(mut seen: Vec<f64>) -> f64 {
    seen.sort_by(f64::total_cmp);
    let (lower, upper) = (seen[..seen.len() / 2].to_vec(), seen[seen.len().div_ceil(2)..].to_vec());
    median(upper) / median(lower)
}

/// In milliseconds. Every request is answered 200, or there is no figure.
pub(super) fn p99(gateway: &Contender, lasting: Duration) -> anyhow::Result<f64> {
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
    fn a_bar_is_the_median_of_the_rounds_own_ratios() {
        let rows = Beside::ALL.map(|beside| {
            let rounds = match beside {
                Beside::Nobody => vec![0.8, 2.0, 4.0, 1.0],
                Beside::NobodyAgain => vec![1.2, 2.0, 4.0, 1.0],
                Beside::Slow(Kind::Head) => vec![1.0, 2.2, 5.2, 9.0],
                Beside::Slow(_) => vec![1.0; 4],
            };
            Row { rounds, ..Row::new(beside.name(), "ms p99") }
        });
        let bars = bars(&rows);
        assert_eq!(bars.len(), 4, "three kinds, and the machine");
        assert!((bars[0].ratio - 1.2).abs() < 1e-9 && bars[0].what.contains("heads"), "{}", bars[0]);
        // 0.8, 1, 1, 1.2 and 2, 2, 4, 4.
        assert!((bars[3].ratio - 3.0).abs() < 1e-9 && !bars[3].is_met(), "{}", bars[3]);
    }

    #[test]
    fn nobody_always_follows_the_same() {
        let mut followed: Vec<_> = (1..=10)
            .flat_map(|round| {
                let turns = turns(round);
                turns.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
            })
            .collect();
        followed.sort_unstable();
        followed.dedup();
        for place in 0..Beside::ALL.len() {
            assert!(followed.iter().filter(|(_, then)| *then == place).count() > 1, "{place}");
        }
    }
}
