//! Compares the CPU time of a validated POST: read, checked and answered by the kit, and by a bare axum handler with serde.
//!
//! Both run on the same server code on the same core, get the same requests, and answer the same bytes.

mod bare;
mod moved;
mod server;

use std::fmt;
use std::fs;
use std::future::Future;
use std::pin::Pin;

use anyhow::ensure;
use bytes::Bytes;
use gateway::parity::{self, Answer, Kind};
use http::Response;
use http_body_util::Full;
use tokio::runtime::Builder;

use super::Cores;
use super::contender::Contender;
use super::cpu::CpuTime;
use super::wrk::Load;
use crate::client::Client;

const ROUNDS: usize = 7;
const ROUND_SECONDS: u32 = 3;
const CONNECTIONS: u32 = 32;

/// What the kit may cost more.
const BAR: f64 = 1.3;

/// Every member of the model, as a client would send it.
const BODY: &str = r#"{"title":"Write the first program","description":"One line.\nAnd another, with \"quotes\".","status":"doing","priority":3,"estimate_hours":2.5,"due_at":"2026-06-01T17:00:00+05:45","project_id":1}"#;

/// What either makes of a request.
type Answering = Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>>;

/// Where both are asked.
const PATH: &str = "/api/tasks";

/// The same for both, or the answers could not be.
const CREATED: &str = "2026-01-05T09:30:15.123456";

#[derive(Debug)]
pub struct Comparison {
    /// Microseconds of CPU for a request.
    bare: f64,
    kit: f64,
    pinned: bool,
}

/// One of the two, as a program of its own: the name says which.
pub fn serve(name: &str, port: u16) -> anyhow::Result<()> {
    match name {
        "bare" => server::run(port, bare::service()),
        "kit" => server::run(port, moved::service()?),
        _ => anyhow::bail!("`{name}` is none of `bare` and `kit`"),
    }
}

pub fn compare() -> anyhow::Result<Comparison> {
    let cores = Cores::choose();
    let folder = tempfile::Builder::new().prefix("gateway-bench-").tempdir()?;
    let script = folder.path().join("post.lua");
    fs::write(
        &script,
        format!(
            "wrk.method = 'POST'\nwrk.body = [==[{BODY}]==]\nwrk.headers['content-type'] = 'application/json'\n"
        ),
    )?;
    let [bare, kit] = ["bare", "kit"].map(|name| Contender::of_kit(name, cores));
    let (bare, kit) = (bare?, kit?);
    check(&bare, &kit)?;
    let measure = |contender: &Contender, seconds| -> anyhow::Result<f64> {
        let before = CpuTime::of_group(contender.group())?;
        let url = format!("http://{}{PATH}", contender.address());
        let load = Load::scripted(&url, &script, cores.others, CONNECTIONS, seconds)?;
        let spent = CpuTime::of_group(contender.group())?.since(before)?;
        Ok(spent.as_secs_f64() * 1e6 / load.requests as f64)
    };
    for contender in [&bare, &kit] {
        measure(contender, 1)?;
    }
    let (mut of_bare, mut of_kit) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        of_bare.push(measure(&bare, ROUND_SECONDS)?);
        of_kit.push(measure(&kit, ROUND_SECONDS)?);
        eprintln!("round {round} of {ROUNDS}");
    }
    Ok(Comparison { bare: median(of_bare), kit: median(of_kit), pinned: cores.measured.is_some() })
}

/// What is compared does the same work only if it answers the same, to good requests and to bad ones.
fn check(bare: &Contender, kit: &Contender) -> anyhow::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ask = |contender: &Contender, body: &str| {
        let (address, body) = (contender.address(), body.to_owned());
        runtime.block_on(async move {
            let headers = [("content-type", "application/json")];
            let mut client = Client::connect(address).await?;
            let answer = client.request("POST", PATH, &headers, body.as_bytes()).await?;
            let headers = answer.headers.without(&["date"]).0;
            anyhow::Ok(Answer { status: answer.status, headers, body: answer.body.to_vec() })
        })
    };
    let (ours, theirs) = (ask(bare, BODY)?, ask(kit, BODY)?);
    ensure!(ours.status == 201, "the bare handler answers {}", ours.status);
    // axum puts the length where it likes, and the order costs neither anything.
    let mut differences = parity::compare(&ours, &theirs);
    differences.retain(|difference| difference.kind != Kind::Order);
    ensure!(differences.is_empty(), "the two answer differently: {differences:?}");
    for (what, wrong) in [
        ("a title that is too long", BODY.replace("Write", &"x".repeat(300))),
        ("a status that is none", BODY.replace("doing", "other")),
        ("a project that is none", BODY.replace(":1}", ":0}")),
        ("an estimate below 0", BODY.replace("2.5", "-2.5")),
        ("an instant that is none", BODY.replace("06-01T", "13-01T")),
    ] {
        for contender in [bare, kit] {
            let status = ask(contender, &wrong)?.status;
            ensure!(status == 422, "{} answers {status} to {what}", contender.name());
        }
    }
    Ok(())
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

impl Comparison {
    pub fn is_good(&self) -> bool {
        self.ratio() <= BAR
    }

    fn ratio(&self) -> f64 {
        self.kit / self.bare
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = if self.pinned { "both on one core" } else { "cores shared" };
        let (length, told) = (BODY.len(), if self.is_good() { "met" } else { "MISSED" });
        writeln!(
            formatter,
            "validated POST, {length} bytes of JSON, {CONNECTIONS} keep-alive connections, {pinned}, median of {ROUNDS} rounds"
        )?;
        for (name, cpu) in [("axum", self.bare), ("kit", self.kit)] {
            writeln!(formatter, "  {name:<8} {cpu:>7.1} us CPU/request")?;
        }
        writeln!(formatter, "  ratio    {:>7.2}   {told} (at most {BAR})", self.ratio())?;
        write!(
            formatter,
            "the same hyper server and the same answers; axum: a router, serde and checks by hand; \
             kit: a native route's handler, which asks no database"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_can_be_missed() {
        for (kit, is_good) in [(13.0, true), (13.1, false)] {
            let comparison = Comparison { bare: 10.0, kit, pinned: true };
            assert_eq!(comparison.is_good(), is_good);
            assert_eq!(comparison.to_string().contains("MISSED"), !is_good, "{comparison}");
        }
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
    }
}
