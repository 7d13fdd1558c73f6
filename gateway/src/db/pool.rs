//! How the pool is built: how many connections, and how long it takes to open one.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};

use super::{connect::Connector, seats::Seats, url::DatabaseUrl};

/// Who asks it has a seat already, so that there is room.
const WAIT: Duration = Duration::from_millis(500);
/// For a database that wakes up; a request waits no longer than its own deadline.
const CREATE: Duration = Duration::from_secs(10);
const RECYCLE: Duration = Duration::from_millis(250);

/// What was configured of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSettings {
    /// Connections at most, if the server allows as many.
    pub most: usize,
    /// Gateways that share what the server allows.
    pub replicas: usize,
    /// Whether a statement that outlives its request is cancelled on the server.
    pub cancels: bool,
}

pub(super) fn build(url: &DatabaseUrl, connector: Connector, settings: PoolSettings) -> anyhow::Result<Pool> {
    let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_connect(url.config().clone(), connector, fast);
    let timeouts = Timeouts { wait: Some(WAIT), create: Some(CREATE), recycle: Some(RECYCLE) };
    Ok(Pool::builder(manager)
        .runtime(Runtime::Tokio1)
        .timeouts(timeouts)
        .max_size(settings.most + Seats::relief(settings.most))
        .build()?)
}
