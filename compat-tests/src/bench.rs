//! What the gateway costs, measured beside what it stands in for, in one run: only ratios mean anything elsewhere.
#![expect(clippy::print_stderr, reason = "a run of a minute says where it is")]

pub mod auth;
mod bar;
pub mod compat;
mod contender;
mod cpu;
pub mod database;
pub mod edge;
pub mod kit;
mod memory;
mod pulse;
mod quantile;
mod report;
mod tokens;
mod wrk;

use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::repository;

/// Which cores the measured program and everything else run on; `None` where cores cannot be chosen.
#[derive(Debug, Clone, Copy)]
struct Cores {
    measured: Option<u32>,
    others: Option<u32>,
}

impl Cores {
    /// One core for the measured program alone, another for load and backend, where there are two.
    fn choose() -> Self {
        let two = std::thread::available_parallelism().is_ok_and(|cores| cores.get() >= 2);
        if two && contender::on_path("taskset") {
            Self { measured: Some(0), others: Some(1) }
        } else {
            Self { measured: None, others: None }
        }
    }
}

/// As many connections as the machine lets this process and those that it starts have.
pub fn allow_open_files() -> anyhow::Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most).context("raise the number of open files")
}

/// All threads of a process, and what it starts from now on.
fn pin(process: u32, core: Option<u32>) -> anyhow::Result<()> {
    let Some(core) = core else { return Ok(()) };
    let mut command = Command::new("taskset");
    command.args(["-a", "-c", "-p", &core.to_string(), &process.to_string()]);
    let status = command.stdout(Stdio::null()).status().context("start taskset")?;
    ensure!(status.success(), "taskset: {status}");
    Ok(())
}

/// A program for the sample's interpreter. Read, not run, by its path: Python would look for the application beside it.
fn script(name: &str) -> anyhow::Result<String> {
    let path = repository().join("compat-tests/bench").join(name);
    std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
}
