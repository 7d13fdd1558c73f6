//! PostgreSQL: the pool, the unit of work, and a private cluster for development.

mod attempt;
mod cancel;
mod capacity;
pub mod cluster;
mod conflict;
mod connect;
pub mod direct;
mod ending;
mod failure;
mod fate;
mod health;
mod lease;
pub mod listening;
mod pool;
mod problem;
mod reading;
pub mod row;
mod seats;
mod statement;
mod statements;
pub mod tethered;
mod tls;
mod unit;
pub mod url;
mod work;

use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::{Instant, timeout_at};

pub use attempt::{Attempt, Dealings, Mode, Terms, Unsettled};
pub use cancel::Canceller;
pub use conflict::Conflict;
pub use failure::{DatabaseFailure, Meaning};
pub use health::{Counted, Prober, Refused};
pub use pool::PoolSettings;
pub use problem::DatabaseProblem;
pub use reading::{Beforehand, ReadOnly, Reading};
pub use statements::Statements;
pub use unit::UnitOfWork;

use cancel::Cancels;
use conflict::Retries;
use connect::Connector;
use health::Health;
use lease::Lease;
use seats::Seats;
use url::DatabaseUrl;

/// A handle to the pool; clones share it. Connections are opened when they are needed.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    seats: Seats,
    health: Health,
    cancels: Cancels,
    canceller: Canceller,
    retries: Retries,
}

/// The pool and the judgement over the database at one moment.
pub struct DatabaseFigures {
    pub idle: usize,
    pub in_use: usize,
    pub waiting: usize,
    pub most: usize,
    /// 0: requests are let in; 1: ever more of them are; 2: none are.
    pub breaker: u8,
    pub counted: Counted,
}

impl Database {
    /// The handle, and the background service without which nobody notices that a database is back.
    pub fn new(url: &DatabaseUrl, settings: PoolSettings) -> anyhow::Result<(Self, Prober)> {
        let health = Health::new(settings.most);
        let tls = tls::connector(url)?;
        let connector = Connector::new(tls.clone(), health.clone());
        let (pool, seats) = (pool::build(url, connector, settings)?, Seats::new(settings.most));
        let (cancels, canceller) = cancel::queue(tls.clone(), settings);
        let prober = Prober {
            config: url.config().clone(),
            tls,
            pool: pool.clone(),
            seats: seats.clone(),
            health: health.clone(),
            settings,
        };
        let retries = Retries::default();
        Ok((Self { pool, seats, health, cancels, canceller, retries }, prober))
    }

    /// What one request may do here.
    pub fn dealings(&self, terms: Terms) -> Dealings {
        Dealings::new(self.clone(), terms)
    }

    /// Statements that stand each for itself.
    pub fn statements(&self) -> Statements {
        Statements::new(self.clone())
    }

    /// The background service that cancels what nobody waits for.
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// How often a unit was run again, by what it had met.
    pub fn retries(&self) -> [(Conflict, u64); Conflict::ALL.len()] {
        self.retries.figures()
    }

    /// A connection for one request, if the database may be asked and has one to give before the deadline.
    async fn connection(&self, deadline: Instant) -> Result<Lease, DatabaseFailure> {
        let mut place = self.health.admit()?;
        let health = place.health();
        let Some(seat) = self.seats.take(deadline).await else { return Err(health.waited_in_vain()) };
        place.sit(seat);
        place.confirm()?;
        match timeout_at(deadline, self.pool.get()).await {
            Ok(Ok(object)) => Ok(Lease::new(object, health, self.cancels.clone(), place)),
            Ok(Err(error)) => {
                let problem = DatabaseProblem::of(&error);
                let failure = DatabaseFailure::from(error);
                health.failed_as(failure.meaning(), problem);
                Err(failure)
            }
            Err(_) => {
                health.failed_as(DatabaseFailure::Late.meaning(), DatabaseProblem::TimedOut);
                Err(DatabaseFailure::Late)
            }
        }
    }

    /// Why the database cannot be used, if it cannot, as requests and the prober found. It is not asked: a statement,
    /// or only a connection, would wake one that sleeps. Before the first look is over, waits for so long.
    pub async fn problem(&self, patience: Duration) -> Option<DatabaseProblem> {
        self.health.problem(patience).await
    }

    pub fn figures(&self) -> DatabaseFigures {
        let seats = self.seats.taken();
        DatabaseFigures {
            idle: self.pool.status().available,
            in_use: seats.taken,
            waiting: seats.waiting,
            most: seats.most,
            breaker: self.health.level(),
            counted: self.health.counted(),
        }
    }
}
