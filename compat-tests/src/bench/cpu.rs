//! How much CPU time a process group, or a process with all its children, has used, as the kernel counts it.

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
        let members: Vec<u64> = statistics()?.iter().filter_map(|line| ticks_in(line, group)).collect();
        ensure!(!members.is_empty(), "process group {group} has ended");
        let ticks_per_second = ticks_per_second()?;
        Ok(Self { ticks: members.iter().sum(), ticks_per_second, processes: members.len() })
    }

    /// With the children that have ended, each of which leaves its time to the parent: PostgreSQL's come and go.
    pub(super) fn of_family(parent: u32) -> anyhow::Result<Self> {
        let members: Vec<u64> =
            statistics()?.iter().filter_map(|line| ticks_with_heirs(line, parent)).collect();
        ensure!(!members.is_empty(), "process {parent} has ended");
        Ok(Self { ticks: members.iter().sum(), ticks_per_second: ticks_per_second()?, processes: 1 })
    }

    pub(super) fn since(self, earlier: Self) -> anyhow::Result<Duration> {
        ensure!(self.processes == earlier.processes, "a measured process ended or was started meanwhile");
        let ticks = self.ticks - earlier.ticks;
        Ok(Duration::from_secs_f64(ticks as f64 / self.ticks_per_second as f64))
    }
}

/// A line for each process of the machine.
fn statistics() -> anyhow::Result<Vec<String>> {
    let processes = fs::read_dir("/proc").context("read /proc: the bench needs Linux")?;
    let lines = processes.flatten().filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    Ok(lines.collect())
}

fn ticks_per_second() -> anyhow::Result<u64> {
    let output = Command::new("getconf").arg("CLK_TCK").output().context("start getconf")?;
    String::from_utf8_lossy(&output.stdout).trim().parse().context("read what getconf CLK_TCK says")
}

/// User and system time of a process of the group.
fn ticks_in(statistics: &str, group: u32) -> Option<u64> {
    let number = fields(statistics)?;
    (number(2)? == u64::from(group)).then(|| Some(number(11)? + number(12)?)).flatten()
}

/// User and system time of the process or of a child of its, and of the children that it has outlived.
fn ticks_with_heirs(statistics: &str, parent: u32) -> Option<u64> {
    let process: u32 = statistics.split_once(' ')?.0.parse().ok()?;
    let number = fields(statistics)?;
    let belongs = process == parent || number(1)? == u64::from(parent);
    belongs.then(|| (11..=14).map(&number).sum()).flatten()
}

/// The numbers behind the name, which stands in parentheses and may contain anything.
fn fields(statistics: &str) -> Option<impl Fn(usize) -> Option<u64>> {
    let (_, fields) = statistics.rsplit_once(") ")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    Some(move |field: usize| fields.get(field)?.parse().ok())
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

    #[test]
    fn a_family_is_the_parent_and_its_children_with_what_they_left() {
        let line = "7 (postgres) S 1 4242 7 0 -1 4194560 1 2 3 4 150 25 3 2 20 0 1 0 99 0";
        for (parent, expected) in [(7, Some(180)), (1, Some(180)), (4242, None)] {
            assert_eq!(ticks_with_heirs(line, parent), expected, "{parent}");
        }
    }
}
