//! Waits for the server of a gateway that was killed: it is about to end, and its successor need not fail for that.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

const LOOKED_AT_EVERY: Duration = Duration::from_millis(50);

/// Returns at once when the server that has the data, if any, means to keep it.
#[expect(
    clippy::disallowed_methods,
    reason = "the caller blocks anyway, and a process of others tells nobody"
)]
pub(super) fn wait_until_ended(data: &Path, patience: Duration) {
    let began = Instant::now();
    while is_ending(data, Path::new("/proc")) && began.elapsed() < patience {
        thread::sleep(LOOKED_AT_EVERY);
    }
}

/// By its lock file: the first line is the process, the last what it is doing. Where processes cannot be looked up nobody
/// is waited for, because the file stays behind when the machine stops.
fn is_ending(data: &Path, processes: &Path) -> bool {
    let Ok(lock) = fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let lines = || lock.lines().map(str::trim);
    let is_alive = lines().next().is_some_and(|process| processes.join(process).exists());
    is_alive && lines().next_back() == Some("stopping")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_living_server_that_is_stopping_is_waited_for() {
        let data = tempfile::tempdir().unwrap();
        let processes = tempfile::tempdir().unwrap();
        fs::create_dir(processes.path().join("7")).unwrap();
        let ending = || is_ending(data.path(), processes.path());
        assert!(!ending());
        for (process, status, expected) in
            [("7", "stopping", true), ("7", "ready   ", false), ("8", "stopping", false)]
        {
            let lock = format!("{process}\n{}\n1\n2\n\n127.0.0.1\n1 2\n{status}\n", data.path().display());
            fs::write(data.path().join("postmaster.pid"), lock).unwrap();
            assert_eq!(ending(), expected, "{process} {status}");
        }
    }
}
