//! Opens a connection of the pool, and says so when its session is in a zone for which native routes are not made.

use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
};

use deadpool_postgres::Connect;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::{debug, warn};

use super::health::Health;

/// The names that PostgreSQL has for it.
const UTC: [&str; 14] = [
    "UTC",
    "Etc/UTC",
    "UCT",
    "Etc/UCT",
    "Universal",
    "Etc/Universal",
    "Zulu",
    "Etc/Zulu",
    "GMT",
    "Etc/GMT",
    "GMT0",
    "Etc/GMT0",
    "Greenwich",
    "Etc/Greenwich",
];

pub(super) struct Connector {
    tls: MakeRustlsConnect,
    health: Health,
    /// Once is enough: the next connection will be no better.
    is_told: AtomicBool,
}

impl Connector {
    pub(super) fn new(tls: MakeRustlsConnect, health: Health) -> Self {
        Self { tls, health, is_told: AtomicBool::new(false) }
    }

    /// The server tells its zone with the greeting: nothing needs to be asked.
    fn look_at(&self, zone: Option<&str>) {
        let Some(zone) = zone.filter(|zone| !is_utc(zone)) else { return };
        if !self.is_told.swap(true, Ordering::Relaxed) {
            warn!(
                zone,
                "the database session is not in UTC: native routes take an instant without a zone for UTC and \
                 answer in UTC, where the legacy uses the session's zone; let both have UTC with \
                 ALTER DATABASE ... SET TimeZone = 'UTC', or leave routes with instants to the legacy"
            );
        }
    }
}

fn is_utc(zone: &str) -> bool {
    UTC.iter().any(|name| name.eq_ignore_ascii_case(zone))
}

type Opened<'a> = Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for Connector {
    fn connect(&self, config: &Config) -> Opened<'_> {
        let config = config.clone();
        Box::pin(async move {
            let connected = config.connect(self.tls.clone()).await;
            self.health.connected(connected.is_ok());
            let (client, connection) = connected?;
            self.look_at(connection.parameter("TimeZone"));
            #[expect(
                clippy::disallowed_methods,
                reason = "the connection's own task: the pool holds its handle and it ends with the client"
            )]
            let driver = tokio::spawn(async move {
                if let Err(error) = connection.await {
                    // Whoever used it is told; a server that closes what is idle is no trouble.
                    debug!(%error, "connection to the database ended");
                }
            });
            Ok((client, driver))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_has_many_names() {
        for (zone, expected) in
            [("UTC", true), ("etc/utc", true), ("GMT", true), ("Europe/London", false), ("+00", false)]
        {
            assert_eq!(is_utc(zone), expected, "{zone}");
        }
    }
}
