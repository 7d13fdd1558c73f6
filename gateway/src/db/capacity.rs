//! How many connections this gateway may have: what the server allows, shared fairly.

mod model;

use super::PoolSettings;

/// What a server allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Capacity {
    pub(super) server: i64,
    /// Not for everybody.
    pub(super) reserved: i64,
    pub(super) role: Option<i64>,
    pub(super) database: Option<i64>,
}

impl Capacity {
    /// One connection in five stays free: for the legacy, the prober, migrations, and people who look for the reason.
    pub(super) fn share(&self, settings: PoolSettings) -> usize {
        let limits = [Some(self.server - self.reserved), self.role, self.database];
        let least = limits.into_iter().flatten().min().unwrap_or(0);
        let least = usize::try_from(least).unwrap_or(0);
        (least * 4 / 5 / settings.replicas.max(1)).min(settings.most).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_fifths_of_the_least_limit_are_shared_between_the_replicas() {
        let server = Capacity { server: 100, reserved: 3, role: None, database: None };
        for (capacity, most, replicas, expected) in [
            (server, 16, 1, 16),
            (server, 200, 1, 77),
            (server, 200, 10, 7),
            (server, 200, 1000, 1),
            (Capacity { role: Some(3), ..server }, 16, 1, 2),
            (Capacity { role: Some(30), database: Some(10), ..server }, 16, 1, 8),
            (Capacity { role: Some(0), ..server }, 16, 1, 1),
            (Capacity { server: 3, reserved: 13, ..server }, 16, 1, 1),
            (Capacity { server: 104, reserved: 7, ..server }, 100, 1, 77),
        ] {
            let settings = PoolSettings { most, replicas, cancels: true };
            assert_eq!(capacity.share(settings), expected, "{capacity:?} {most} {replicas}");
        }
    }
}
