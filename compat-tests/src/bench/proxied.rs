//! Compares the CPU time that the gateway and nginx spend on a small proxied GET.
//!
//! Both stand before the same backend, on the same core, in one run, in turns: only the ratio means anything elsewhere.

use std::fmt;

use anyhow::Context;
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};

use super::Cores;
use super::contender::{Behind, Contender, sample_profile};
use super::cpu::CpuTime;
use super::wrk::Load;
use crate::repository;

const ROUNDS: usize = 5;
const ROUND_SECONDS: u32 = 5;
const CONNECTIONS: u32 = 64;

#[derive(Debug)]
pub struct Comparison {
    gateway: Figure,
    nginx: Figure,
    pinned: bool,
}

/// Medians over the rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Figure {
    microseconds: f64,
    requests_per_second: f64,
}

pub fn compare() -> anyhow::Result<Comparison> {
    let cores = Cores::choose();
    let folder = tempfile::Builder::new().prefix("gateway-bench-").tempdir()?;
    let backend = Contender::backend(folder.path(), cores).context("start the backend")?;
    let nginx = Contender::nginx(folder.path(), cores, backend.address()).context("start nginx")?;
    let place = Place::Temporary;
    let database = Cluster::start(&ClusterOptions { binaries: None, place, durability: Durability::None })?;
    let behind = Behind {
        folder: folder.path(),
        application: "small:app",
        code: &repository().join("compat-tests/bench"),
        routes: "schema = 1\n",
        profile: &sample_profile()?,
        legacy: backend.address(),
        database_url: &database.url("postgres"),
        secret: "no token is ever sent in this run, 64 characters all the same...",
        keys: None,
    };
    let gateway = Contender::gateway(cores, &behind).context("start the gateway")?;
    for contender in [&nginx, &gateway] {
        measure(contender, cores, 2)?;
    }
    let (mut of_nginx, mut of_gateway) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        of_nginx.push(measure(&nginx, cores, ROUND_SECONDS)?);
        of_gateway.push(measure(&gateway, cores, ROUND_SECONDS)?);
        eprintln!("round {round} of {ROUNDS}");
    }
    Ok(Comparison {
        gateway: median(&of_gateway),
        nginx: median(&of_nginx),
        pinned: cores.measured.is_some(),
    })
}

fn measure(contender: &Contender, cores: Cores, seconds: u32) -> anyhow::Result<Figure> {
    let before = CpuTime::of_group(contender.group())?;
    let url = format!("http://{}/small", contender.address());
    let load = Load::run(&url, cores.others, CONNECTIONS, seconds)
        .with_context(|| format!("put load on {}", contender.name()))?;
    let spent = CpuTime::of_group(contender.group())?.since(before)?;
    let requests = load.requests as f64;
    Ok(Figure {
        microseconds: spent.as_secs_f64() * 1e6 / requests,
        requests_per_second: requests / load.seconds,
    })
}

fn median(rounds: &[Figure]) -> Figure {
    let middle = |value: fn(&Figure) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Figure {
        microseconds: middle(|figure| figure.microseconds),
        requests_per_second: middle(|figure| figure.requests_per_second),
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = if self.pinned { "each alone on one core" } else { "cores shared" };
        writeln!(
            formatter,
            "small proxied GET, {CONNECTIONS} keep-alive connections, {pinned}, median of {ROUNDS} rounds"
        )?;
        for (name, figure) in [("nginx", self.nginx), ("gateway", self.gateway)] {
            let (cpu, rate) = (figure.microseconds, figure.requests_per_second);
            writeln!(formatter, "  {name:<8} {cpu:>7.1} us CPU/request   {rate:>8.0} requests/s")?;
        }
        writeln!(formatter, "  ratio    {:>7.2}", self.gateway.microseconds / self.nginx.microseconds)?;
        write!(
            formatter,
            "nginx: one worker, upstream keep-alive, access_log off; gateway: JSON access log to /dev/null, metrics on"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_taken_per_figure() {
        let round = |microseconds, requests_per_second| Figure { microseconds, requests_per_second };
        let rounds = [round(30.0, 5.0), round(10.0, 7.0), round(20.0, 1.0)];
        assert_eq!(median(&rounds), round(20.0, 5.0));
    }
}
