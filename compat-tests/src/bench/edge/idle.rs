//! What a connection costs that does nothing: memory of the process, with thousands of them and without.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, ensure};
use tokio::runtime::Builder;

use super::Plan;
use super::ground::{Ground, Who};
use crate::bench::bar::Bar;
use crate::bench::contender::Contender;
use crate::bench::memory;
use crate::bench::report::{Part, Row};
use crate::bench::wrk::Load;
use crate::client::Client;

const PROXIES: [Who; 4] = [Who::Relay, Who::HaProxy, Who::Nginx, Who::Gateway];
const OF_ONE_ADDRESS: u32 = 50;

/// In KiB: what is asked for, and what is aimed at.
const MOST: f64 = 22.0;
const AIM: f64 = 12.0;

pub(super) fn compare(ground: &Ground, plan: Plan) -> anyhow::Result<Part> {
    let mut rows = PROXIES.map(|proxy| Row::new(proxy.name(), "KiB/connection"));
    for round in 1..=plan.idle_rounds {
        for (proxy, row) in PROXIES.into_iter().zip(&mut rows) {
            // A new process each time: what an old one has freed would hide what it takes.
            row.rounds.push(measure(ground, &ground.proxy(proxy)?, plan.idle_connections)?);
        }
        eprintln!("idle: round {round} of {}", plan.idle_rounds);
    }
    let [.., gateway] = &rows;
    Ok(Part {
        name: "idle",
        told: format!(
            "memory of {} connections that have asked once and stay, median of {} new processes, aim {AIM}",
            plan.idle_connections, plan.idle_rounds
        ),
        bars: vec![Bar { what: "gateway, KiB for each", ratio: gateway.median(), most: MOST }],
        rows: rows.into(),
    })
}

fn measure(ground: &Ground, contender: &Contender, connections: u32) -> anyhow::Result<f64> {
    let url = format!("http://{}/small", contender.address());
    Load::run(&url, ground.cores.others, 64, 1)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let before = memory::of_group(contender.group())?;
    runtime.block_on(async {
        let mut idle = Vec::new();
        for number in 0..connections {
            let client = open(contender.address(), number).await;
            idle.push(client.with_context(|| format!("connection {number} to {}", contender.name()))?);
        }
        let after = memory::of_group(contender.group())?;
        for client in &mut idle {
            ask(client).await.context("a connection did not stay")?;
        }
        Ok((after as f64 - before as f64) / f64::from(connections))
    })
}

/// From many addresses, as clients come.
async fn open(address: SocketAddr, number: u32) -> anyhow::Result<Client> {
    let source = u8::try_from(1 + number / OF_ONE_ADDRESS).context("too many connections")?;
    let mut client = Client::connect_from(Ipv4Addr::new(127, 2, 0, source), address).await?;
    ask(&mut client).await?;
    Ok(client)
}

async fn ask(client: &mut Client) -> anyhow::Result<()> {
    let answer = client.request("GET", "/small", &[], b"").await?;
    ensure!(answer.status == 200 && !answer.closes(), "{}, {:?}", answer.status, answer.headers);
    Ok(())
}
