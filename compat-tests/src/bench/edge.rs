//! What the edge costs beside nginx, HAProxy and a bare relay: CPU of each kind of traffic, memory of idle connections,
//! whether slow clients make anybody else wait, and what it costs to record.
//!
//! All in one run, in turns, each proxy alone on the same core: only the ratios mean anything elsewhere.

pub mod attack;
mod ground;
mod idle;
mod record;
pub mod relay;
mod starved;
mod traffic;

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::json;

use self::ground::Ground;
use self::traffic::Traffic;
use super::Cores;
use super::report::{Report, version};

pub use super::report::Part;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Of each kind of traffic.
    rounds: usize,
    round_seconds: u32,
    idle_rounds: usize,
    idle_connections: u32,
    starved_rounds: usize,
    starved_round: Duration,
    slow_connections: u32,
    is_short: bool,
}

impl Plan {
    pub const FULL: Self = Self {
        rounds: 5,
        round_seconds: 3,
        idle_rounds: 3,
        idle_connections: 5_000,
        starved_rounds: 10,
        starved_round: Duration::from_secs(3),
        slow_connections: 2_000,
        is_short: false,
    };

    /// Whether everything works: its figures mean nothing.
    pub const SHORT: Self = Self {
        rounds: 1,
        round_seconds: 1,
        idle_rounds: 1,
        idle_connections: 300,
        starved_rounds: 1,
        starved_round: Duration::from_secs(1),
        slow_connections: 200,
        is_short: true,
    };

    pub fn is_short(&self) -> bool {
        self.is_short
    }
}

/// The names of the parts.
pub const PARTS: [&str; 9] =
    ["small", "hs256", "es256", "post", "large", "connect", "idle", "starved", "record"];

/// All parts, or the one that is named. Whether every bar is met; a short run has none.
pub fn compare(only: Option<&str>, plan: Plan, mut tell: impl FnMut(&Part)) -> anyhow::Result<bool> {
    let cores = Cores::choose();
    super::pin(std::process::id(), cores.others)?;
    let ground = Ground::start(cores)?;
    let programs = json!({
        "gateway": env!("CARGO_PKG_VERSION"),
        "nginx": version("nginx", "-v")?,
        "haproxy": version("haproxy", "-v")?,
    });
    let pinned = cores.measured.is_some();
    let mut report = Report { name: "edge", is_short: plan.is_short, pinned, programs, parts: Vec::new() };
    for name in PARTS.into_iter().filter(|name| only.is_none_or(|only| only == *name)) {
        let part = match name {
            "idle" => idle::compare(&ground, plan),
            "starved" => starved::compare(&ground, plan),
            "record" => record::compare(&ground, plan),
            name => {
                let traffic =
                    Traffic::named(name).context("a part is idle, starved, record or a kind of traffic")?;
                traffic::compare(&ground, traffic, plan)
            }
        };
        let mut part = part.with_context(|| format!("measure {name}"))?;
        if plan.is_short {
            part.bars.clear();
        }
        tell(&part);
        report.add(part);
    }
    ensure!(report.has_parts(), "the parts of `edge` are {}", PARTS.join(", "));
    let written = report.write()?;
    eprintln!("{}", written.display());
    Ok(report.is_good())
}
