//! What it costs a client that the gateway records: the 99th percentile of small requests with and without, and the CPU.
//!
//! Two gateways take turns; without is measured twice in each round, and a machine on which that moves says nothing.

use anyhow::Context;

use super::Plan;
use super::ground::{Ground, Who};
use super::starved::{p99, spread};
use crate::bench::bar::{Bar, median};
use crate::bench::contender::Contender;
use crate::bench::cpu::CpuTime;
use crate::bench::report::{Part, Row};
use crate::bench::wrk::Load;

/// Of the 99th percentiles.
const MOST: f64 = 1.1;
const MOST_SPREAD: f64 = 1.5;
const CONNECTIONS: u32 = 64;

const ROWS: [&str; 5] = ["off", "on", "off again", "off: CPU", "on: CPU"];

pub(super) fn compare(ground: &Ground, plan: Plan) -> anyhow::Result<Part> {
    let (off, on) = (ground.proxy(Who::Gateway)?, ground.proxy(Who::Recording)?);
    let units = ["ms p99", "ms p99", "ms p99", "us CPU/request", "us CPU/request"];
    let mut rows: Vec<Row> = ROWS.into_iter().zip(units).map(|(name, unit)| Row::new(name, unit)).collect();
    for gateway in [&off, &on] {
        p99(gateway, plan.starved_round)?;
    }
    for round in 1..=plan.starved_rounds {
        for (gateway, row) in turns(round).into_iter().map(|which| ([&off, &on, &off][which], which)) {
            rows[row].rounds.push(p99(gateway, plan.starved_round).context(ROWS[row])?);
        }
        eprintln!("record: round {round} of {}", plan.starved_rounds);
    }
    for round in 1..=plan.rounds {
        for (gateway, row) in [(&off, 3), (&on, 4)] {
            rows[row].rounds.push(cpu(ground, gateway, plan.round_seconds).context(ROWS[row])?);
        }
        eprintln!("record: round {round} of {} of the CPU", plan.rounds);
    }
    Ok(Part {
        name: "record",
        told: format!(
            "small GET, 1000 a second, recording off and on, median of {} rounds",
            plan.starved_rounds
        ),
        bars: bars(&rows),
        rows,
    })
}

/// None is always behind the same.
fn turns(round: usize) -> [usize; 3] {
    let mut turns = [0, 1, 2];
    turns.rotate_left(round % 3);
    if round.is_multiple_of(2) {
        turns.reverse();
    }
    turns
}

fn cpu(ground: &Ground, gateway: &Contender, seconds: u32) -> anyhow::Result<f64> {
    let url = format!("http://{}/small", gateway.address());
    let before = CpuTime::of_group(gateway.group())?;
    let load = Load::run(&url, ground.cores.others, CONNECTIONS, seconds)?;
    let spent = CpuTime::of_group(gateway.group())?.since(before)?;
    Ok(spent.as_secs_f64() * 1e6 / load.requests as f64)
}

fn bars(rows: &[Row]) -> Vec<Bar> {
    let [off, on, again, ..] = rows else { return Vec::new() };
    let alone = off.rounds.iter().zip(&again.rounds).map(|(first, second)| f64::midpoint(*first, *second));
    let ratios = on.rounds.iter().zip(alone).map(|(seen, alone)| seen / alone).collect();
    let quiet = spread([&off.rounds[..], &again.rounds].concat());
    vec![
        Bar { what: "p99 while it records, times that while it does not", ratio: median(ratios), most: MOST },
        Bar {
            what: "p99 without, its third quartile times its first: whether the machine was quiet",
            ratio: quiet,
            most: MOST_SPREAD,
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_the_median_of_the_rounds_own_ratios() {
        let row = |rounds: [f64; 3]| Row { rounds: rounds.to_vec(), ..Row::new("", "ms p99") };
        let bars = bars(&[row([0.9, 2.0, 4.0]), row([1.0, 2.4, 8.0]), row([1.1, 2.0, 4.0])]);
        assert!((bars[0].ratio - 1.2).abs() < 1e-9 && !bars[0].is_met(), "{}", bars[0]);
        // 0.9, 1.1, 2, 2, 4, 4.
        assert!((bars[1].ratio - 4.0 / 1.1).abs() < 1e-9 && !bars[1].is_met(), "{}", bars[1]);
    }
}
