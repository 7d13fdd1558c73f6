//! Puts load on an address with wrk and refuses a run in which anything failed.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use super::contender::pinned;

#[derive(Debug, PartialEq)]
pub(super) struct Load {
    pub(super) requests: u64,
    pub(super) seconds: f64,
}

impl Load {
    pub(super) fn run(url: &str, core: Option<u32>, connections: u32, seconds: u32) -> anyhow::Result<Self> {
        Self::put(pinned("wrk", core), url, connections, seconds)
    }

    /// The requests are what the script says.
    pub(super) fn scripted(
        url: &str,
        script: &Path,
        core: Option<u32>,
        connections: u32,
        seconds: u32,
    ) -> anyhow::Result<Self> {
        let mut command = pinned("wrk", core);
        command.arg("-s").arg(script);
        Self::put(command, url, connections, seconds)
    }

    fn put(mut command: Command, url: &str, connections: u32, seconds: u32) -> anyhow::Result<Self> {
        command.args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s"), url]);
        let output = command.output().context("start wrk")?;
        let report = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "wrk: {report}{}", String::from_utf8_lossy(&output.stderr));
        Self::read(&report).with_context(|| format!("what wrk reports:\n{report}"))
    }

    fn read(report: &str) -> anyhow::Result<Self> {
        for complaint in ["Non-2xx or 3xx responses", "Socket errors"] {
            ensure!(!report.contains(complaint), "{complaint}");
        }
        let summary = report.lines().find_map(|line| line.trim().split_once(" requests in "));
        let (requests, rest) = summary.context("no number of requests")?;
        let seconds = rest.split_once("s,").context("no duration in seconds")?.0;
        Ok(Self { requests: requests.parse()?, seconds: seconds.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Running 5s test @ http://127.0.0.1:1/small\n  1 threads and 64 connections\n  \
                          123456 requests in 5.03s, 18.83MB read\nRequests/sec:  24543.9\n";

    #[test]
    fn requests_and_seconds_are_read() {
        assert_eq!(Load::read(REPORT).unwrap(), Load { requests: 123_456, seconds: 5.03 });
    }

    #[test]
    fn a_run_with_failures_is_refused() {
        for complaint in ["  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 1, write 0\n"]
        {
            assert!(Load::read(&format!("{REPORT}{complaint}")).is_err());
        }
        assert!(Load::read("").is_err());
    }
}
