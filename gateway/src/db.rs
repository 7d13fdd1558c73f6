//! PostgreSQL: the pool, the unit of work, and a private cluster for development.

pub mod cluster;
mod connect;
pub mod direct;
mod failure;
mod health;
mod lease;
mod problem;
pub mod row;
pub mod tethered;
mod tls;
mod unit;
pub mod url;

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio::time::{Instant, timeout, timeout_at};

pub use failure::{DatabaseFailure, Meaning};
pub use problem::DatabaseProblem;
pub use unit::UnitOfWork;

use crate::contract::Failure;
use connect::Connector;
use health::Health;
use lease::Lease;
use url::DatabaseUrl;

/// Waiting longer for a connection would only move the queue from PostgreSQL to here.
const WAIT: Duration = Duration::from_millis(500);
const CREATE: Duration = Duration::from_secs(2);
const RECYCLE: Duration = Duration::from_millis(250);

/// A handle to the pool; clones share it. Connections are opened when they are needed.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    health: Health,
}

/// The pool at one moment.
pub struct PoolFigures {
    pub idle: usize,
    pub in_use: usize,
    pub waiting: usize,
    pub most: usize,
}

impl PoolFigures {
    fn is_exhausted(&self) -> bool {
        self.in_use >= self.most
    }
}

impl Database {
    pub fn new(url: &DatabaseUrl) -> anyhow::Result<Self> {
        let settings = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager =
            Manager::from_connect(url.config().clone(), Connector::new(tls::connector()?), settings);
        let pool = Pool::builder(manager)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(WAIT), create: Some(CREATE), recycle: Some(RECYCLE) })
            .max_size(16)
            .build()?;
        Ok(Self { pool, health: Health::default() })
    }

    /// Runs `work` in one transaction: commits when it succeeds, rolls back when it fails or is cancelled.
    pub async fn unit_of_work<T>(
        &self,
        work: impl AsyncFnOnce(&UnitOfWork) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let unit = UnitOfWork::begin(self).await?;
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

    /// A connection for one request, if the database may be asked and has one to give before the deadline.
    async fn connection(&self, deadline: Instant) -> Result<Lease, DatabaseFailure> {
        let place = self.health.admit()?;
        let got = match timeout_at(deadline, self.pool.get()).await {
            Ok(got) => got.map_err(DatabaseFailure::from),
            Err(_) => Err(DatabaseFailure::Late),
        };
        match got {
            Ok(object) => Ok(Lease::new(object, self.health.clone(), place)),
            Err(failure) => {
                self.health.failed(failure.meaning());
                Err(failure)
            }
        }
    }

    /// Whether a connection can be had within `limit`. Nothing is asked on it: an idle connection lets a
    /// database sleep that does so when it has nothing to do, a statement would not.
    pub async fn reach(&self, limit: Duration) -> Result<(), DatabaseProblem> {
        match timeout(limit, self.pool.get()).await {
            Ok(got) => got.map(drop).map_err(|error| DatabaseProblem::of(&error)),
            Err(_) if self.figures().is_exhausted() => Err(DatabaseProblem::Busy),
            Err(_) => Err(DatabaseProblem::TimedOut),
        }
    }

    pub fn figures(&self) -> PoolFigures {
        let status = self.pool.status();
        PoolFigures {
            idle: status.available,
            in_use: status.size.saturating_sub(status.available),
            waiting: status.waiting,
            most: status.max_size,
        }
    }
}
