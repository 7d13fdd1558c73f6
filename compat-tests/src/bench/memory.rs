//! How much memory a process group has, as the kernel counts it: pages that are shared count by the share.

use std::fs;

use anyhow::{Context, ensure};

/// In KiB.
pub(super) fn of_group(group: u32) -> anyhow::Result<u64> {
    let mut members = Vec::new();
    for entry in fs::read_dir("/proc").context("read /proc: the bench needs Linux")?.flatten() {
        let belongs = fs::read_to_string(entry.path().join("stat")).is_ok_and(|stat| is_of(&stat, group));
        if belongs {
            let told = fs::read_to_string(entry.path().join("smaps_rollup")).context("read smaps_rollup")?;
            members.push(proportional(&told).context("smaps_rollup has no Pss")?);
        }
    }
    ensure!(!members.is_empty(), "process group {group} has ended");
    Ok(members.iter().sum())
}

/// The name stands in parentheses and may contain anything; state, parent and group follow.
fn is_of(statistics: &str, group: u32) -> bool {
    let fields = statistics.rsplit_once(") ").map(|(_, fields)| fields.split(' '));
    fields.and_then(|mut fields| fields.nth(2)).is_some_and(|field| field.parse() == Ok(group))
}

fn proportional(rollup: &str) -> Option<u64> {
    let told = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    told.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    #[test]
    fn members_are_told_by_their_group_and_weighed_by_their_share() {
        let line = "7 (a) b (c) S 1 4242 7 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 1 0 99 0";
        assert!(is_of(line, 4242) && !is_of(line, 7) && !is_of("", 7));
        let rollup =
            "55d0-7ffe ---p 00000000 00:00 0  [rollup]\nRss:  9000 kB\nPss:     1234 kB\nPss_Dirty: 1 kB\n";
        assert_eq!(proportional(rollup), Some(1234));
        assert_eq!(proportional("Rss: 9000 kB\n"), None);
    }

    #[test]
    fn a_group_that_runs_has_memory_and_one_that_has_ended_has_none() {
        let mut child = Command::new("cat").process_group(0).stdin(Stdio::piped()).spawn().unwrap();
        let group = child.id();
        assert!(of_group(group).unwrap() > 0);
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(of_group(group).is_err());
    }
}
