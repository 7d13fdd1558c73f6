//! How much CPU time a process group has used, as the kernel counts it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CpuTime {
    ticks: u64,
    ticks_per_second: u64,
    processes: usize,
}

impl CpuTime {
    pub(super) fn of_group(group: u32) -> anyhow::Result<Self> {
        let processes = fs::read_dir("/proc").context("read /proc: the bench needs Linux")?;
        let statistics =
            processes.flatten().filter_map(|process| fs::read_to_string(process.path().join("stat")).ok());
        let members: Vec<u64> = statistics.filter_map(|line| ticks_in(&line, group)).collect();
        ensure!(!members.is_empty(), "process group {group} has ended");
        let ticks_per_second = ticks_per_second()?;
        Ok(Self { ticks: members.iter().sum(), ticks_per_second, processes: members.len() })
    }

    pub(super) fn since(self, earlier: Self) -> anyhow::Result<Duration> {
        ensure!(self.processes == earlier.processes, "a measured process ended or was started meanwhile");
        let ticks = self.ticks - earlier.ticks;
        Ok(Duration::from_secs_f64(ticks as f64 / self.ticks_per_second as f64))
    }
}

fn ticks_per_second() -> anyhow::Result<u64> {
    let output = Command::new("getconf").arg("CLK_TCK").output().context("start getconf")?;
    String::from_utf8_lossy(&output.stdout).trim().parse().context("read what getconf CLK_TCK says")
}

/// User and system time of a process of the group. Its name, in parentheses, may contain anything.
fn ticks_in(statistics: &str, group: u32) -> Option<u64> {
    let (_, fields) = statistics.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let number = |field: usize| fields.get(field)?.parse::<u64>().ok();
    (number(2)? == u64::from(group)).then(|| Some(number(11)? + number(12)?)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_system_time_are_found_behind_an_odd_name() {
        let line = "7 (a) b (c) S 1 4242 7 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 1 0 99 0";
        assert_eq!(ticks_in(line, 4242), Some(175));
        assert_eq!(ticks_in(line, 7), None);
    }
}
