//! Recordings asked again: ten thousand small requests of a backend that costs nothing, and the sample's own of the sample.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use gateway::parity::exchange::content::Body;
use gateway::parity::exchange::{Answered, Exchange, Outcome, Request};
use gateway::parity::recording::Recording;

use super::super::bar::{Bar, median};
use super::super::contender::{self, Contender};
use super::super::{Cores, report::Row};
use super::{Part, ROUNDS, corpus, expect_none, gateway, timed};
use crate::recordings::{self, CREDENTIALS};
use crate::repository;
use crate::sample::{SampleLegacy, SampleSettings, Version};

const SESSIONS: u64 = 64;
/// For each exchange, of a core: no bar of the product's, but more would be a fault.
const MOST_CPU: f64 = 1_000.0;

/// What the project's own suite allows.
pub(super) fn rules() -> PathBuf {
    repository().join("compat-tests/rules.toml")
}

pub(super) fn small(cores: Cores, folder: &Path, exchanges: usize) -> anyhow::Result<Part> {
    let backend = Contender::backend(folder, cores)?;
    let target = format!("http://{}", backend.address());
    let (like, _) = Recording::open(&recordings::folder(Version::Newest))?;
    let manifest = like.manifest.context("the manifest of the recording is damaged")?;
    let one = corpus::write(&folder.join("one"), &manifest, &[exchange(1, Answered::default())])?;
    let heard = folder.join("heard");
    // What it answers is not known before it was asked.
    timed(gateway(cores)?.arg("replay").arg(&one).args(["--target", &target, "--out"]).arg(&heard))?;
    let answer = Recording::open(&heard)?.0.exchanges.into_iter().find_map(|heard| match heard.outcome {
        Outcome::Answered(answer) => Some(answer),
        Outcome::Broken(_) | Outcome::Blocked(_) => None,
    });
    let answer = answer.context("the backend does not answer")?;
    let all: Vec<_> = (1..=exchanges as u64).map(|id| exchange(id, answer.clone())).collect();
    let recorded = corpus::write(&folder.join("small"), &manifest, &all)?;
    let (mut rate, mut cpu) = (Row::new("replay", "exchanges/s"), Row::new("replay: CPU", "us CPU/exchange"));
    for round in 1..=ROUNDS {
        let run = folder.join(format!("small-run-{round}"));
        let mut command = gateway(cores)?;
        command.arg("replay").arg(&recorded).args(["--target", &target, "--jobs", "64", "--out"]).arg(run);
        let (took, output) = timed(&mut command)?;
        expect_none(&output).context("the backend differs from itself")?;
        rate.rounds.push(exchanges as f64 / took.elapsed);
        cpu.rounds.push(took.cpu * 1e6 / exchanges as f64);
        eprintln!("compat: small requests, round {round} of {ROUNDS}");
    }
    let bar = Bar {
        what: "CPU of one exchange, asked, written and judged, in us",
        ratio: median(cpu.rounds.clone()),
        most: MOST_CPU,
    };
    Ok(Part {
        name: "replay",
        told: format!("{exchanges} small GETs of {SESSIONS} sessions, asked again, written and judged"),
        rows: vec![rate, cpu],
        bars: vec![bar],
    })
}

fn exchange(id: u64, answer: Answered) -> Exchange {
    let headers = vec![("Host".to_owned(), "bench".to_owned())];
    let request = Request {
        method: "GET".to_owned(),
        target: "/small".to_owned(),
        version: "1.1".to_owned(),
        headers,
        body: Body::default(),
    };
    Exchange {
        id,
        session: format!("session {}", id % SESSIONS),
        after: id.checked_sub(SESSIONS).filter(|id| *id > 0).into_iter().collect(),
        began: id,
        first_byte: Some(1),
        took: 1,
        route: "GET /small".to_owned(),
        owner: "legacy".to_owned(),
        request,
        outcome: Outcome::Answered(answer),
        redacted: Vec::new(),
    }
}

/// The committed recording of the newest framework, and a run of it.
pub(super) fn sample(folder: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let options = ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
    let cluster = Cluster::start(&options)?;
    let settings = |database: &str| SampleSettings {
        version: Version::Newest,
        database_url: cluster.url(database),
        secret: "the secret of the bench's sessions, 32 bytes or more".to_owned(),
    };
    cluster.create_database("seeded", None)?;
    SampleLegacy::prepare(&settings("seeded"))?;
    cluster.create_database("live", Some("seeded"))?;
    let live = SampleLegacy::serve(&settings("live"))?;
    let (recorded, run) = (recordings::folder(Version::Newest), folder.join("run"));
    let mut command = Command::new(contender::gateway_binary()?);
    command.env_clear().args(["compat", "replay"]).arg(&recorded).args(["--target", &live.url(), "--out"]);
    command.arg(&run).arg("--rules").arg(rules());
    command.envs(CREDENTIALS).env("COMPAT_DATABASE_URL", cluster.url("live"));
    let (took, output) = timed(&mut command)?;
    expect_none(&output).context("the sample differs from itself")?;
    eprintln!("compat: the sample was asked again in {:.1} s", took.elapsed);
    Ok((recorded, run))
}
