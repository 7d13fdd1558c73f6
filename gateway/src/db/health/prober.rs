//! The one who asks a database that is away, so that requests need not: seldom, on a connection of its own.
//!
//! It also asks what the server allows, whenever it finds it: at the start until it is known, and after each outage.

use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::Pool;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{
    task::JoinSet,
    time::{sleep_until, timeout},
};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::{info, warn};

use super::{
    Health,
    breaker::{Next, Probed},
};
use crate::db::{
    DatabaseProblem, Meaning, PoolSettings, capacity::Capacity, failure::classify, seats::Seats,
};

/// Longer than any answer takes that is still of use to requests.
const SILENCE: Duration = Duration::from_secs(3);

pub struct Prober {
    pub(in crate::db) config: Config,
    pub(in crate::db) tls: MakeRustlsConnect,
    pub(in crate::db) pool: Pool,
    pub(in crate::db) seats: Seats,
    pub(in crate::db) health: Health,
    pub(in crate::db) settings: PoolSettings,
}

#[async_trait]
impl BackgroundService for Prober {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        tokio::select! {
            () = self.run() => {}
            _ = shutdown.changed() => {}
        }
    }
}

impl Prober {
    async fn run(&self) {
        let judge = &self.health.judge;
        loop {
            match judge.next() {
                Next::Rest => judge.wake.notified().await,
                Next::At(moment) => {
                    tokio::select! {
                        () = sleep_until(moment) => {}
                        () = judge.wake.notified() => {}
                    }
                }
                Next::Probe(limit) => self.probe(limit).await,
            }
        }
    }

    async fn probe(&self, limit: Duration) {
        let was_away = self.health.judge.is_away();
        if was_away {
            // Half dead, or held by us while the server has none to spare.
            self.pool.retain(|_, _| false);
        }
        let probed = match timeout(limit, self.ask()).await {
            Err(_) => Probed::Failed(Meaning::Unavailable, DatabaseProblem::TimedOut),
            Ok(Ok(capacity)) => {
                if let Some(capacity) = capacity {
                    self.fit(capacity);
                }
                if was_away {
                    self.seats.relieve();
                }
                Probed::Worked
            }
            Ok(Err(error)) => match (classify::connecting(&error), DatabaseProblem::of_server(&error)) {
                (_, DatabaseProblem::Busy) => Probed::Full,
                (meaning, problem) => Probed::Failed(meaning, problem),
            },
        };
        self.health.judge.probed(probed);
    }

    /// A connection on which nothing comes may be lost for good, or belong to a database that is waking up: it is
    /// kept, and another one tried beside it.
    async fn ask(&self) -> Result<Option<Capacity>, tokio_postgres::Error> {
        let mut asking = JoinSet::new();
        loop {
            asking.spawn(ask(self.config.clone(), self.tls.clone()));
            match timeout(SILENCE, asking.join_next()).await {
                Err(_) | Ok(None | Some(Err(_))) => {}
                Ok(Some(Ok(asked))) => return asked,
            }
        }
    }

    fn fit(&self, capacity: Capacity) {
        let most = capacity.share(self.settings);
        let before = self.seats.taken().most;
        if most < before {
            self.pool.retain(|_, _| false);
        }
        self.seats.resize(most);
        let is_news = self.health.fit(most);
        if !is_news && most == before {
            return;
        }
        let Capacity { server, reserved, .. } = capacity;
        let (wished, replicas) = (self.settings.most, self.settings.replicas);
        if most < wished {
            warn!(
                connections = most, wished, replicas, server, reserved,
                role = ?capacity.role, database = ?capacity.database,
                "the server has not enough connections for DATABASE_POOL_MAX: fewer are used"
            );
        } else {
            info!(connections = most, replicas, server, reserved, "connections to the database");
        }
    }
}

/// Nothing where the server is there, but does not say.
async fn ask(config: Config, tls: MakeRustlsConnect) -> Result<Option<Capacity>, tokio_postgres::Error> {
    let (client, connection) = config.connect(tls).await?;
    let asked = async move {
        let capacity = Capacity::ask(&client).await;
        drop(client);
        capacity
    };
    let (asked, ended) = tokio::join!(asked, connection);
    match asked {
        Ok(capacity) => Ok(capacity),
        Err(error) if classify::answered(&error) => Ok(None),
        Err(error) => {
            ended?;
            Err(error)
        }
    }
}
