//! The kinds of traffic, what each asks of a proxy, and how much of its CPU a request takes.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

use super::Plan;
use super::ground::{Ground, Who};
use crate::bench::bar::{Bar, median};
use crate::bench::contender::Contender;
use crate::bench::cpu::CpuTime;
use crate::bench::report::{Part, Row};
use crate::bench::tokens::{Kind, script};
use crate::bench::wrk::Load;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Traffic {
    Small,
    Token(Kind),
    Post,
    Large,
    Connect,
}

const CONNECTIONS: u32 = 64;
const USERS: u32 = 2_000;
const BODY: usize = 10 << 10;
const WARM_UP_SECONDS: u32 = 1;

impl Traffic {
    pub(super) fn named(name: &str) -> Option<Self> {
        let kinds = [Self::Small, Self::Token(Kind::Legacy), Self::Token(Kind::Own)];
        kinds
            .into_iter()
            .chain([Self::Post, Self::Large, Self::Connect])
            .find(|traffic| traffic.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Token(Kind::Legacy) => "hs256",
            Self::Token(Kind::Own) => "es256",
            Self::Post => "post",
            Self::Large => "large",
            Self::Connect => "connect",
        }
    }

    fn told(self) -> &'static str {
        match self {
            Self::Small => "small GET",
            Self::Token(Kind::Legacy) => "small GET with an HS256 token, of 2,000 users",
            Self::Token(Kind::Own) => "small GET with an ES256 token, of 2,000 users",
            Self::Post => "POST 10 KiB",
            Self::Large => "GET 1 MiB",
            Self::Connect => "small GET over a new connection each",
        }
    }

    /// The last is the gateway, whose bar is a multiple of the one before it.
    fn proxies(self) -> Vec<Who> {
        match self {
            Self::Token(kind) => vec![Who::Verifying(kind), Who::Gateway],
            _ => vec![Who::Relay, Who::HaProxy, Who::Nginx, Who::Gateway],
        }
    }

    fn most(self) -> f64 {
        match self {
            Self::Small | Self::Token(Kind::Legacy) => 1.15,
            Self::Token(Kind::Own) => 0.35,
            Self::Post => 0.9,
            Self::Large => 0.7,
            Self::Connect => 1.05,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Small | Self::Connect => "/small",
            Self::Token(_) => "/kept",
            Self::Post => "/upload",
            Self::Large => "/large",
        }
    }

    /// What wrk sends, as a script of its.
    fn script(self, ground: &Ground) -> anyhow::Result<PathBuf> {
        if let Self::Token(kind) = self {
            let users = (1..=USERS).map(|user| ground.mint.good(kind, user));
            return script(ground.folder(), self.name(), &users.collect::<anyhow::Result<Vec<_>>>()?, false);
        }
        let text = match self {
            Self::Post => format!("wrk.method = 'POST'\nwrk.body = string.rep('x', {BODY})\n"),
            Self::Connect => "wrk.headers['Connection'] = 'close'\n".to_owned(),
            Self::Small | Self::Large | Self::Token(_) => String::new(),
        };
        let path = ground.folder().join(format!("{}.lua", self.name()));
        fs::write(&path, text)?;
        Ok(path)
    }
}

pub(super) fn compare(ground: &Ground, traffic: Traffic, plan: Plan) -> anyhow::Result<Part> {
    let proxies = traffic.proxies();
    let started = proxies.iter().map(|proxy| ground.proxy(*proxy)).collect::<anyhow::Result<Vec<_>>>()?;
    let script = traffic.script(ground)?;
    let measure = |contender: &Contender, seconds: u32| {
        let url = format!("http://{}{}", contender.address(), traffic.path());
        let before = CpuTime::of_group(contender.group())?;
        let load = Load::scripted(&url, &script, ground.cores.others, CONNECTIONS, seconds)
            .with_context(|| format!("put load on {}", contender.name()))?;
        let spent = CpuTime::of_group(contender.group())?.since(before)?;
        anyhow::Ok(spent.as_secs_f64() * 1e6 / load.requests as f64)
    };
    for contender in &started {
        measure(contender, WARM_UP_SECONDS)?;
    }
    let mut rows: Vec<Row> = proxies.iter().map(|proxy| Row::new(proxy.name(), "us CPU/request")).collect();
    for round in 1..=plan.rounds {
        for (contender, row) in started.iter().zip(&mut rows) {
            row.rounds.push(measure(contender, plan.round_seconds)?);
        }
        eprintln!("{}: round {round} of {}", traffic.name(), plan.rounds);
    }
    Ok(Part {
        name: traffic.name(),
        told: format!("{}, {CONNECTIONS} connections, median of {} rounds", traffic.told(), plan.rounds),
        bars: bars(traffic, &rows),
        rows,
    })
}

/// Of the rounds' own ratios: neighbours in time have had the same machine.
fn bars(traffic: Traffic, rows: &[Row]) -> Vec<Bar> {
    let [.., beside, gateway] = rows else { return vec![] };
    let ratios = gateway.rounds.iter().zip(&beside.rounds).map(|(gateway, beside)| gateway / beside);
    let what = match traffic {
        Traffic::Token(_) => "gateway beside HAProxy",
        Traffic::Small | Traffic::Post | Traffic::Large | Traffic::Connect => "gateway beside nginx",
    };
    vec![Bar { what, ratio: median(ratios.collect()), most: traffic.most() }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_beside_the_row_before_the_gateways() {
        let row = |name, rounds: [f64; 3]| Row { rounds: rounds.to_vec(), ..Row::new(name, "us") };
        let rows =
            [row("relay", [1.0; 3]), row("nginx", [10.0, 20.0, 40.0]), row("gateway", [11.0, 23.2, 60.0])];
        for (traffic, is_met) in [(Traffic::Small, false), (Traffic::Post, false)] {
            let bar = &bars(traffic, &rows)[0];
            assert!((bar.ratio - 1.16).abs() < 1e-9, "{bar}");
            assert_eq!(bar.is_met(), is_met, "{bar}");
        }
    }

    #[test]
    fn each_kind_of_traffic_is_found_by_its_name() {
        for name in super::super::PARTS.iter().filter(|name| !["idle", "starved", "record"].contains(name)) {
            assert_eq!(Traffic::named(name).unwrap().name(), *name);
        }
    }
}
