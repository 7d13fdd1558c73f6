//! uvicorn with one of its two parsers, serving an application that says what it saw.

use std::{net::SocketAddr, process::Stdio};

use compat_tests::{output::Output, repository, sample::Version};
use gateway::db::tethered::{StopSignal, Tether, Tethered};

use crate::house::PATIENCE;

/// Stopped when dropped.
pub(super) struct Uvicorn {
    _process: Tethered,
    _output: Output,
    pub(super) address: SocketAddr,
}

impl Uvicorn {
    pub(super) async fn start(parser: &str) -> Self {
        let mut tether = Tether::new(&Version::Newest.python().unwrap(), StopSignal::Terminate, PATIENCE);
        let command = tether.command();
        command.current_dir(repository().join("gateway/tests/gateway/refused"));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("PYTHONDONTWRITEBYTECODE", "1");
        command.args(["-m", "uvicorn", "saw:app", "--host", "127.0.0.1", "--port", "0", "--http", parser]);
        command.args(["--timeout-graceful-shutdown", "1", "--no-access-log"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = tether.spawn().unwrap();
        let (stdout, stderr) = (process.take_stdout().unwrap(), process.take_stderr().unwrap());
        let output = Output::follow(vec![Box::new(stdout), Box::new(stderr)]);
        let served = |line: &str| {
            let (_, address) = line.split_once("Uvicorn running on http://")?;
            address.split_whitespace().next()?.parse().ok()
        };
        let address = output.wait_for(PATIENCE, served).await.unwrap();
        Self { _process: process, _output: output, address }
    }
}
