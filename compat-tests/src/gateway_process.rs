//! The gateway as a process, started with an environment that is written out in full, observed through its log.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use gateway::db::tethered::{StopSignal, Tether, Tethered};
use serde_json::Value;

use crate::output::{NotSeen, Output};

#[derive(Debug)]
pub struct GatewayProcess {
    process: Tethered,
    log: Output,
    errors: Output,
    public: SocketAddr,
    admin: SocketAddr,
}

const READY_WITHIN: Duration = Duration::from_secs(60);
/// A line of the log comes after the answer, on a busy machine long after.
const TOLD_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(60);
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

impl GatewayProcess {
    /// Waits until both listeners are open. The log must be JSON: pass `LOG_FORMAT=json`.
    pub async fn start(
        binary: &Path,
        directory: &Path,
        environment: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        Self::start_with(binary, &[], directory, environment).await
    }

    /// The same with arguments behind `run`.
    pub async fn start_with(
        binary: &Path,
        arguments: &[&str],
        directory: &Path,
        environment: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        Self::start_seen(binary, arguments, directory, environment, |_| true).await
    }

    /// For a run of many requests: their lines in the log are read and forgotten.
    pub async fn start_forgetful(
        binary: &Path,
        directory: &Path,
        environment: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let is_kept = |line: &str| !line.contains(r#""message":"request""#);
        Self::start_seen(binary, &[], directory, environment, is_kept).await
    }

    /// The same where somebody looks at each line before it is kept or not.
    pub async fn start_seen(
        binary: &Path,
        arguments: &[&str],
        directory: &Path,
        environment: &[(&str, &str)],
        is_kept: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let mut tether = Tether::new(binary, StopSignal::Terminate, STOPPED_WITHIN);
        surround(tether.command(), directory, environment);
        tether.command().arg("run").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = tether.spawn().context("start the gateway")?;
        let stdout = process.take_stdout().expect("stdout was piped above");
        let stderr = process.take_stderr().expect("stderr was piped above");
        let log = Output::follow_only(vec![Box::new(stdout)], is_kept);
        let errors = Output::follow(vec![Box::new(stderr)]);
        let listening = async {
            let public = log.wait_for(READY_WITHIN, |line| listener(line, "public")).await?;
            let admin = log.wait_for(READY_WITHIN, |line| listener(line, "admin")).await?;
            Ok::<_, NotSeen>((public, admin))
        };
        let (public, admin) =
            listening.await.with_context(|| format!("start the gateway: {}", errors.text()))?;
        Ok(Self { process, log, errors, public, admin })
    }

    /// Where clients ask.
    pub fn public(&self) -> SocketAddr {
        self.public
    }

    pub fn admin(&self) -> SocketAddr {
        self.admin
    }

    /// Every line of the log so far.
    pub fn log(&self) -> Vec<Value> {
        self.log.lines().iter().map(|line| entry(line)).collect()
    }

    /// The first line of the log that `find` accepts, from the beginning.
    pub async fn logged(
        &self,
        within: Duration,
        mut find: impl FnMut(&Value) -> bool,
    ) -> Result<Value, NotSeen> {
        self.log.wait_for(within, |line| Some(entry(line)).filter(&mut find)).await
    }

    /// The access-log line of one answer, by its `x-request-id`.
    pub async fn logged_request(&self, request_id: &str) -> Result<Value, NotSeen> {
        let find = |line: &str| {
            let candidate = line.contains(request_id).then(|| entry(line))?;
            (candidate["message"] == "request" && candidate["request_id"] == request_id).then_some(candidate)
        };
        self.log.wait_for(TOLD_WITHIN, find).await
    }

    /// What a healthy run never writes: warnings, errors, lines that are not JSON, anything on standard error.
    pub fn unexpected(&self) -> Vec<String> {
        let quiet = |line: &str| match entry(line)["level"].as_str() {
            Some(level) => ["TRACE", "DEBUG", "INFO"].iter().any(|known| level.eq_ignore_ascii_case(known)),
            None => false,
        };
        let loud = self.log.lines().into_iter().filter(|line| !quiet(line));
        loud.chain(self.errors.lines()).map(|line| line.to_string()).collect()
    }

    pub fn errors(&self) -> String {
        self.errors.text()
    }

    /// The process id, for what only the operating system tells.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits until it has ended by itself, and all that it wrote has been read.
    pub async fn ended(&mut self, within: Duration) -> anyhow::Result<ExitStatus> {
        match self.log.wait_for(within, |_| None::<()>).await {
            Err(NotSeen::Ended(_)) => {}
            Err(late) => return Err(late.into()),
            Ok(()) => unreachable!("no line is accepted"),
        }
        let status = self.process.wait().context("wait for the gateway")?;
        self.log.close();
        self.errors.close();
        Ok(status)
    }

    /// Asks it to end; returns when it has, and when all that it wrote has been read.
    pub fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        let status = self.process.stop().context("stop the gateway")?;
        self.log.close();
        self.errors.close();
        Ok(status)
    }
}

/// What a start that is refused leaves behind: exit code, log and report.
#[derive(Debug)]
pub struct Refusal {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a gateway command that ends by itself, `run` with bad settings among them.
pub fn run_to_end(
    binary: &Path,
    arguments: &[&str],
    directory: &Path,
    environment: &[(&str, &str)],
) -> anyhow::Result<Refusal> {
    ensure!(binary.is_file(), "`{}` is missing", binary.display());
    let mut command = Command::new(binary);
    surround(&mut command, directory, environment);
    let output = command.args(arguments).stdin(Stdio::null()).output().context("start the gateway")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Refusal { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) })
}

fn surround(command: &mut Command, directory: &Path, environment: &[(&str, &str)]) {
    command.current_dir(directory).env_clear().env("PATH", PATH);
    command.envs(environment.iter().copied());
}

fn entry(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or(Value::Null)
}

fn listener(line: &str, name: &str) -> Option<SocketAddr> {
    let entry = entry(line);
    let fits = entry["message"] == "listening" && entry["listener"] == name;
    fits.then(|| entry["address"].as_str()?.parse().ok()).flatten()
}
