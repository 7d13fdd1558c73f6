//! What a probe is let loose on: a folder of files, and applications that uvicorn serves.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use compat_tests::{gateway_process::Refusal, output::Output, repository, sample::Version};
use gateway::db::tethered::{StopSignal, Tether, Tethered};
use serde_json::Value;
use tempfile::TempDir;

use crate::house::command;

/// The profile's part that no probe learns without a token.
pub(super) const TOKENS: &str = "\
# Read as code.
schema = 1   # of this file

[[legacy.tokens]]
name = \"access\"
algorithm = \"HS256\"
subject = \"sub:int\"
require = [\"exp\"]
";

/// An application of `app.py`, served.
pub(super) struct App {
    _process: Tethered,
    pub(super) output: Output,
    pub(super) address: SocketAddr,
}

impl App {
    pub(super) fn serve(name: &str, version: Version) -> Self {
        let python = version.python().unwrap();
        let mut tether = Tether::new(&python, StopSignal::Terminate, Duration::from_secs(5));
        let command = tether.command().current_dir(folder()).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "1");
        command.args(["-m", "uvicorn", &format!("app:{name}"), "--host", "127.0.0.1", "--port", "0"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = tether.spawn().unwrap();
        let (stdout, stderr) = (process.take_stdout().unwrap(), process.take_stderr().unwrap());
        let output = Output::follow(vec![Box::new(stdout), Box::new(stderr)]);
        let address = |line: &str| {
            let (_, address) = line.split_once("Uvicorn running on http://")?;
            address.split_whitespace().next()?.parse().ok()
        };
        let address = output.wait_blocking(Duration::from_secs(60), address).unwrap();
        Self { _process: process, output, address }
    }

    /// The lock of the same application.
    pub(super) fn import(name: &str, version: Version, lock: &Path) {
        let (python, app, own) = (version.python().unwrap(), format!("app:{name}"), folder());
        let arguments = ["legacy", "import", &app, "--python", text(&python), "--app-dir", text(&own)];
        let arguments = [&arguments[..], &["--lock", text(lock)]].concat();
        let imported = command(&arguments, Path::new("/"), &[]);
        assert_eq!(imported.code, Some(0), "{imported:?}");
    }
}

/// How many requests a server's log tells of.
pub(super) fn requests(output: &Output) -> usize {
    output.lines().iter().filter(|line| line.contains(" HTTP/1.1\" ")).count()
}

fn folder() -> PathBuf {
    repository().join("gateway/tests/gateway/probe")
}

pub(super) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder with a profile in it.
pub(super) fn desk(profile: &str) -> TempDir {
    let desk = tempfile::tempdir().unwrap();
    std::fs::write(desk.path().join("legacy.toml"), profile).unwrap();
    desk
}

pub(super) fn profile(desk: &TempDir) -> String {
    std::fs::read_to_string(desk.path().join("legacy.toml")).unwrap()
}

/// `gateway legacy probe`, in a folder.
pub(super) fn probe(desk: &TempDir, url: &str, more: &[&str]) -> Refusal {
    command(&[&["legacy", "probe", url], more].concat(), desk.path(), &[])
}

/// The finding of this subject in what `--json` printed.
pub(super) fn finding<'o>(object: &'o Value, subject: &str) -> &'o Value {
    let found = object["findings"].as_array().unwrap().iter().find(|finding| finding["subject"] == subject);
    found.unwrap_or_else(|| panic!("nothing about {subject}: {object:#}"))
}

/// Subjects with this outcome.
pub(super) fn subjects(object: &Value, outcome: &str) -> Vec<String> {
    let findings = object["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["outcome"] == outcome)
        .map(|finding| finding["subject"].as_str().unwrap().to_owned())
        .collect()
}
