//! What the database remembers of migrations: which were applied, with which files, and which step is not finished.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use tokio_postgres::{Client, Row};

use super::{
    failure::MigrateError,
    file::{Direction, Migration},
};

/// refinery's table; in a schema of its own, because Alembic would want to drop it from another.
pub const HISTORY: &str = "gateway.schema_history";

/// The gateway's own tables, which no migration makes.
pub(super) const BOOKKEEPING: &str = "
    CREATE SCHEMA IF NOT EXISTS gateway;
    CREATE TABLE IF NOT EXISTS gateway.schema_history (
        version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255));
    CREATE TABLE IF NOT EXISTS gateway.migration_down (
        version int4 PRIMARY KEY, checksum text NOT NULL);
    CREATE TABLE IF NOT EXISTS gateway.migration_step (
        version int4 NOT NULL, direction text NOT NULL CHECK (direction IN ('up', 'down')), statement int4 NOT NULL,
        state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(), ended_at timestamptz,
        checksum text NOT NULL, error text, PRIMARY KEY (version, direction, statement))";

/// One row of refinery's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub version: i32,
    pub name: String,
    pub applied_on: String,
    pub checksum: String,
    /// The SHA-256 of the way down as it was then.
    pub down: Option<String>,
}

/// One statement of a script that runs outside of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub version: i32,
    pub direction: Direction,
    /// Counts from 1.
    pub statement: i32,
    pub state: State,
    pub started_at: SystemTime,
    /// The SHA-256 of the statement.
    pub checksum: String,
    pub error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum State {
    /// Begun; whether it had its effect is known only once it is done.
    Running,
    Done,
    Failed,
}

/// Everything remembered; empty for a database that was never migrated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    pub applied: Vec<Applied>,
    pub steps: Vec<Step>,
}

impl Applied {
    pub fn is_readable(&self) -> bool {
        DateTime::parse_from_rfc3339(&self.applied_on).is_ok() && self.checksum.parse::<u64>().is_ok()
    }
}

impl Step {
    pub fn started(&self) -> String {
        DateTime::<Utc>::from(self.started_at).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }
}

impl History {
    /// Under the lock: two that make them at once would be in each other's way.
    pub async fn prepare(client: &Client) -> Result<(), MigrateError> {
        if !is_there(client).await? {
            client.batch_execute(BOOKKEEPING).await?;
        }
        Ok(())
    }

    /// Changes nothing, so that looking needs no right to.
    pub async fn read(client: &Client) -> Result<Self, MigrateError> {
        if !is_there(client).await? {
            return Ok(Self::default());
        }
        let query = "SELECT h.version, coalesce(h.name, ''), coalesce(h.applied_on, ''), coalesce(h.checksum, ''),
                d.checksum
            FROM gateway.schema_history h LEFT JOIN gateway.migration_down d USING (version) ORDER BY version";
        let applied = client.query(query, &[]).await?.iter().map(applied).collect::<Result<_, _>>()?;
        let query = "SELECT version, direction, statement, state, started_at, checksum, error
            FROM gateway.migration_step ORDER BY version, direction, statement";
        let steps = client.query(query, &[]).await?.iter().map(step).collect::<Result<_, _>>()?;
        Ok(Self { applied, steps })
    }

    pub fn newest(&self) -> Option<i32> {
        self.applied.last().map(|applied| applied.version)
    }

    pub fn has(&self, version: i32) -> bool {
        self.applied.iter().any(|applied| applied.version == version)
    }
}

async fn is_there(client: &Client) -> Result<bool, MigrateError> {
    let query = "SELECT count(*) = 3 FROM pg_class WHERE relnamespace = to_regnamespace('gateway')
        AND relname IN ('schema_history', 'migration_down', 'migration_step')";
    Ok(client.query_one(query, &[]).await?.try_get(0)?)
}

fn applied(row: &Row) -> Result<Applied, tokio_postgres::Error> {
    Ok(Applied {
        version: row.try_get(0)?,
        name: row.try_get(1)?,
        applied_on: row.try_get(2)?,
        checksum: row.try_get(3)?,
        down: row.try_get(4)?,
    })
}

fn step(row: &Row) -> Result<Step, tokio_postgres::Error> {
    let direction: &str = row.try_get(1)?;
    let state: &str = row.try_get(3)?;
    Ok(Step {
        version: row.try_get(0)?,
        direction: if direction == "up" { Direction::Up } else { Direction::Down },
        statement: row.try_get(2)?,
        // The table allows no other.
        state: state.parse().unwrap_or(State::Running),
        started_at: row.try_get(4)?,
        checksum: row.try_get(5)?,
        error: row.try_get(6)?,
    })
}

/// Beside the row that refinery writes, in the same transaction.
pub(super) async fn remember(client: &Client, migration: &Migration) -> Result<(), tokio_postgres::Error> {
    let query = "INSERT INTO gateway.migration_down (version, checksum) VALUES ($1, $2)
        ON CONFLICT (version) DO UPDATE SET checksum = excluded.checksum";
    client.execute(query, &[&migration.version, &&*migration.down.checksum]).await?;
    forget_steps(client, migration.version).await
}

/// After a way down, in its transaction.
pub(super) async fn forget(client: &Client, version: i32) -> Result<(), tokio_postgres::Error> {
    for query in [
        "DELETE FROM gateway.schema_history WHERE version = $1",
        "DELETE FROM gateway.migration_down WHERE version = $1",
    ] {
        client.execute(query, &[&version]).await?;
    }
    forget_steps(client, version).await
}

async fn forget_steps(client: &Client, version: i32) -> Result<(), tokio_postgres::Error> {
    client.execute("DELETE FROM gateway.migration_step WHERE version = $1", &[&version]).await.map(drop)
}

pub(super) async fn accept_down(client: &Client, migration: &Migration) -> Result<(), tokio_postgres::Error> {
    let query = "UPDATE gateway.migration_down SET checksum = $2 WHERE version = $1";
    client.execute(query, &[&migration.version, &&*migration.down.checksum]).await.map(drop)
}

pub(super) async fn settle(client: &Client, step: &Step, state: State) -> Result<(), tokio_postgres::Error> {
    let query = "UPDATE gateway.migration_step SET state = $4, ended_at = clock_timestamp()
        WHERE version = $1 AND direction = $2 AND statement = $3";
    let (direction, state) = (step.direction.name(), <&str>::from(state));
    client.execute(query, &[&step.version, &direction, &step.statement, &state]).await.map(drop)
}
