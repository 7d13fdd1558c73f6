//! How long QA waits: a recording asked again, and two recordings of ten thousand exchanges compared.
//!
//! Beside comparing stands a program in Python that reads both and only looks whether answers are equal.

mod corpus;
mod play;

use std::path::Path;
use std::process::{Command, Output};
use std::time::Instant;

use anyhow::{Context, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde_json::json;

use super::Cores;
use super::bar::{Bar, median};
use super::contender::{gateway_binary, pinned};
use super::report::{Report, Row};

pub use super::report::Part;

const ROUNDS: usize = 3;
/// Of the multiplied recording, and of the small requests.
const EXCHANGES: usize = 10_000;
const SHORT: usize = 1_000;
/// Of the time in which Python has read and compared the same: no bar of the product's, but more would be a fault.
const MOST: f64 = 5.0;

/// All of it; a short run only shows that everything works.
pub fn compare(is_short: bool, mut tell: impl FnMut(&Part)) -> anyhow::Result<bool> {
    let cores = Cores::choose();
    let exchanges = if is_short { SHORT } else { EXCHANGES };
    let folder = tempfile::Builder::new().prefix("gateway-bench-").tempdir()?;
    let programs = json!({ "gateway": env!("CARGO_PKG_VERSION") });
    let pinned = cores.measured.is_some();
    let mut report = Report { name: "compat", is_short, pinned, programs, parts: Vec::new() };
    for part in [
        play::small(cores, folder.path(), exchanges).context("ask small requests again")?,
        compared(cores, folder.path(), exchanges).context("compare")?,
    ] {
        tell(&part);
        report.add(part);
    }
    eprintln!("{}", report.write()?.display());
    Ok(is_short || report.is_good())
}

fn compared(cores: Cores, folder: &Path, exchanges: usize) -> anyhow::Result<Part> {
    let (recorded, run) = play::sample(folder)?;
    let corpus = corpus::multiply(&recorded, &run, exchanges, folder)?;
    let mut diff = Row::new("diff", "exchanges/s");
    let mut python = Row::new("python ==", "exchanges/s");
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let (mut command, mut beside) = (gateway(cores)?, corpus::python(cores)?);
        corpus.give_to(&mut command);
        corpus.give_plain_to(&mut beside);
        let (took, output) = timed(&mut command)?;
        expect_none(&output).context("the sample differs from itself")?;
        let (naive, output) = timed(&mut beside)?;
        expect_none(&output).context("python")?;
        diff.rounds.push(corpus.exchanges as f64 / took.elapsed);
        python.rounds.push(corpus.exchanges as f64 / naive.elapsed);
        ratios.push(took.elapsed / naive.elapsed);
        eprintln!("compat: round {round} of {ROUNDS}");
    }
    let bar = Bar {
        what: "time of `compat diff`, times that of reading both in Python",
        ratio: median(ratios),
        most: MOST,
    };
    Ok(Part {
        name: "diff",
        told: format!("{} exchanges of the sample beside a run of them, no difference", corpus.exchanges),
        rows: vec![diff, python],
        bars: vec![bar],
    })
}

fn gateway(cores: Cores) -> anyhow::Result<Command> {
    let binary = gateway_binary()?;
    let mut command = pinned(binary.to_str().context("the binary's path is a text")?, cores.measured);
    command.arg("compat");
    Ok(command)
}

/// In seconds.
struct Took {
    elapsed: f64,
    cpu: f64,
}

fn timed(command: &mut Command) -> anyhow::Result<(Took, Output)> {
    let cpu = || -> anyhow::Result<i64> {
        let used = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        Ok((used.user_time() + used.system_time()).num_microseconds())
    };
    let (began, before) = (Instant::now(), cpu()?);
    let output = command.output().with_context(|| format!("start {command:?}"))?;
    let (elapsed, cpu) = (began.elapsed().as_secs_f64(), (cpu()? - before) as f64 / 1e6);
    Ok((Took { elapsed, cpu }, output))
}

/// What is compared must be the same, or the time says nothing.
fn expect_none(output: &Output) -> anyhow::Result<()> {
    let told = [&output.stdout[..], &output.stderr].concat();
    ensure!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&told));
    Ok(())
}
