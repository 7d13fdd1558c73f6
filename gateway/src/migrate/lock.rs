//! The lock that lets one gateway at a time change a schema: an advisory lock of the session, asked for again and again.
//!
//! Waiting inside the server instead would hold a snapshot, for which `CREATE INDEX CONCURRENTLY` waits in turn: the
//! server then ends one of the two as a deadlock.

use std::{fmt, time::Duration};

use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};
use tokio_postgres::Client;

use super::{
    failure::MigrateError,
    history::HISTORY,
    watch::{Event, Watch},
};

/// How long to ask for the lock.
#[derive(Clone, Copy, Debug)]
pub struct Patience(Duration);

impl Patience {
    pub fn of(limit: Duration) -> Self {
        Self(limit)
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self(Duration::from_secs(60))
    }
}

/// Who has the lock.
#[derive(Debug)]
pub struct Holder {
    pub process: i32,
    pub application: String,
    pub address: Option<String>,
}

impl fmt::Display for Holder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.application)?;
        if let Some(address) = &self.address {
            write!(formatter, " from {address}")?;
        }
        write!(formatter, ", server process {}", self.process)
    }
}

pub(super) async fn take(client: &Client, patience: Patience, watch: Watch<'_>) -> Result<(), MigrateError> {
    let began = Instant::now();
    loop {
        let row = client.query_one("SELECT pg_try_advisory_lock($1)", &[&key()]).await?;
        if row.try_get(0)? {
            return Ok(());
        }
        let holder = holder(client).await?;
        if began.elapsed() >= patience.0 {
            return Err(MigrateError::Locked { waited: patience.0, holder });
        }
        watch(Event::Waiting(holder.as_ref()));
        sleep(Duration::from_millis(fastrand::u64(200..300))).await;
    }
}

pub(super) async fn give_back(client: &Client) -> Result<(), MigrateError> {
    let row = client.query_one("SELECT pg_advisory_unlock($1)", &[&key()]).await?;
    if row.try_get(0)? { Ok(()) } else { Err(MigrateError::LostLock) }
}

async fn holder(client: &Client) -> Result<Option<Holder>, MigrateError> {
    let query = "SELECT a.pid, a.application_name, host(a.client_addr)
        FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (
            SELECT oid FROM pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32) | l.objid::bigint = $1";
    let Some(row) = client.query_opt(query, &[&key()]).await? else { return Ok(None) };
    Ok(Some(Holder { process: row.try_get(0)?, application: row.try_get(1)?, address: row.try_get(2)? }))
}

/// From the name of the history: whoever writes that table takes this lock. Advisory locks are a database's own.
fn key() -> i64 {
    let digest = Sha256::digest(HISTORY.as_bytes());
    let first = digest.first_chunk::<8>().expect("a SHA-256 has 32 bytes");
    i64::from_be_bytes(*first)
}
