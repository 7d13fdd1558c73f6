//! The limits that are worked out where nothing is written: from how many files the process may have open.

use std::sync::LazyLock;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::Limits;

/// For the database, files, and those who run the process.
const RESERVED: u64 = 256;
const MOST: u64 = 10_000;
/// Below this nothing could be served; the system then refuses before the gateway does.
const LEAST: u64 = 64;

/// Takes all that the system would give this process: many give a fourth of it until they are asked.
pub fn raise_open_files() {
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        // Refused, what was there before holds, and the limits below are worked out from that.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

impl Limits {
    pub fn all_connections(&self) -> usize {
        static DERIVED: LazyLock<usize> =
            LazyLock::new(|| connections(getrlimit(Resource::RLIMIT_NOFILE).map_or(1024, |(soft, _)| soft)));
        self.connections.unwrap_or_else(|| *DERIVED)
    }

    pub fn connections_of_one(&self) -> usize {
        self.connections_per_client.unwrap_or_else(|| (self.all_connections() / 4).max(1))
    }

    pub fn requests_at_once(&self) -> usize {
        self.in_flight.unwrap_or_else(|| self.all_connections())
    }
}

/// Each may need a second file, for its connection to the legacy.
fn connections(files: u64) -> usize {
    let most = (files.saturating_sub(RESERVED) / 2).clamp(LEAST, MOST);
    usize::try_from(most).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        for (files, expected) in [(0, 64), (1024, 384), (4096, 1920), (20_512, 10_000), (u64::MAX, 10_000)] {
            assert_eq!(connections(files), expected, "{files}");
        }
    }

    #[test]
    fn what_is_not_written_follows_from_what_is() {
        let limits = Limits { connections: Some(1000), ..Limits::default() };
        assert_eq!((limits.connections_of_one(), limits.requests_at_once()), (250, 1000));
        let limits = Limits { connections: Some(3), in_flight: Some(7), ..limits };
        assert_eq!((limits.connections_of_one(), limits.requests_at_once()), (1, 7));
    }
}
