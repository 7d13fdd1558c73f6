//! What the operating system says of this process, under the names that all Prometheus clients use.

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage};

/// `None` where this system does not tell.
pub(super) struct Process {
    pub(super) cpu_seconds: Option<f64>,
    pub(super) resident_bytes: Option<f64>,
    pub(super) threads: Option<f64>,
    pub(super) open_files: Option<f64>,
    pub(super) most_files: Option<f64>,
}

impl Process {
    pub(super) fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        // The folder that is being read is one of the files.
        let open = std::fs::read_dir("/proc/self/fd").map(|files| files.count().saturating_sub(1));
        Self {
            cpu_seconds: cpu_seconds(),
            resident_bytes: number(&status, "VmRSS:").map(|kibibytes| kibibytes * 1024.0),
            threads: number(&status, "Threads:"),
            open_files: open.ok().map(|count| count as f64),
            most_files: getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(soft, _)| soft as f64),
        }
    }
}

fn cpu_seconds() -> Option<f64> {
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1_000_000.0;
    Some(seconds(usage.user_time()) + seconds(usage.system_time()))
}

/// The number on a line of `/proc/self/status` (proc(5)).
fn number(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_is_read_by_its_name() {
        let status = "Name:\tgateway\nVmRSS:\t   13456 kB\nThreads:\t7\n";
        assert_eq!(number(status, "VmRSS:"), Some(13456.0));
        assert_eq!(number(status, "Threads:"), Some(7.0));
        assert_eq!(number(status, "VmSwap:"), None);
    }
}
