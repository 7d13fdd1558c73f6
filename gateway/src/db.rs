//! PostgreSQL: the pool, the unit of work, and a private cluster for development.

pub mod cluster;
mod failure;
pub mod row;
pub mod tethered;
mod tls;
mod unit;
pub mod url;

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};

pub use failure::DatabaseFailure;
pub use unit::UnitOfWork;

use crate::contract::Failure;
use url::DatabaseUrl;

/// Waiting longer for a connection would only move the queue from PostgreSQL to here.
const WAIT: Duration = Duration::from_millis(500);
const CREATE: Duration = Duration::from_secs(2);
const RECYCLE: Duration = Duration::from_millis(250);

/// A handle to the pool; clones share it. Connections are opened when they are needed.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
}

impl Database {
    pub fn new(url: &DatabaseUrl) -> anyhow::Result<Self> {
        let settings = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(url.config().clone(), tls::connector()?, settings);
        let pool = Pool::builder(manager)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(WAIT), create: Some(CREATE), recycle: Some(RECYCLE) })
            .max_size(16)
            .build()?;
        Ok(Self { pool })
    }

    /// Runs `work` in one transaction: commits when it succeeds, rolls back when it fails or is cancelled.
    pub async fn unit_of_work<T>(
        &self,
        work: impl AsyncFnOnce(&UnitOfWork) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let unit = UnitOfWork::begin(&self.pool).await?;
        match work(&unit).await {
            Ok(value) => {
                unit.commit().await?;
                Ok(value)
            }
            Err(failure) => {
                unit.roll_back().await;
                Err(failure)
            }
        }
    }

    /// Whether a connection can be had now.
    pub async fn is_reachable(&self) -> bool {
        self.pool.get().await.is_ok()
    }
}
