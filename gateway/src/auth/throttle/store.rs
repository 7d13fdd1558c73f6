//! The buckets in the database, which all replicas share.
//!
//! Nobody waits for the disk here: what a server forgets that breaks down is the count of its last half second, and to
//! wait would hold a connection of the pool, and the row of all logins together, for as long.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::{
    Row,
    types::{FromSql, ToSql, Type},
};

use super::{delays::Delays, paces::Paces};
use crate::{
    contract::profile::auth::ThrottleRules,
    db::{DatabaseFailure, Meaning, Statements},
};

const REGISTER: &str = "WITH waits AS (\
        SELECT (SELECT extract(epoch FROM t.forgotten_at + $2 * interval '1 second' - now() - interval '1 hour')::float8 \
            FROM gateway.login_throttle t WHERE t.bucket = $1 \
            AND t.forgotten_at + $2 * interval '1 second' > now() + interval '1 hour') AS of_network\
    ), network AS (\
        INSERT INTO gateway.login_throttle AS t (bucket, last_at, forgotten_at) \
        SELECT $1, now(), now() + $2 * interval '1 second' FROM waits WHERE of_network IS NULL \
        ON CONFLICT (bucket) DO UPDATE SET last_at = now(), \
            forgotten_at = greatest(t.forgotten_at, now()) + $2 * interval '1 second' \
        WHERE t.forgotten_at + $2 * interval '1 second' <= now() + interval '1 hour' \
        RETURNING true AS is_in\
    ) \
    SELECT of_network, EXISTS (SELECT FROM network) AS network_is_in FROM waits \
    WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL";

/// What says nothing any more, as much of it as does not take long.
const FORGET: &str = "DELETE FROM gateway.login_throttle WHERE bucket IN (\
        SELECT bucket FROM gateway.login_throttle WHERE forgotten_at < now() \
        ORDER BY forgotten_at LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// So often the same thing happens to nobody.
const ATTEMPTS: usize = 3;

#[derive(Clone)]
pub(super) struct Store {
    pub(super) statements: Statements,
    pub(super) delays: Delays,
    pub(super) per_hour: i32,
    pub(super) paces: Paces,
}

pub(super) type Value<'v> = (&'v (dyn ToSql + Sync), Type);

impl Store {
    /// `names` is by how many a user is found.
    pub(super) fn new(statements: Statements, rules: &ThrottleRules, names: usize) -> Self {
        Self {
            statements,
            delays: Delays::of(rules, names),
            per_hour: i32::try_from(rules.per_hour).unwrap_or(i32::MAX),
            paces: Paces::of(rules),
        }
    }

    /// Of two that wait for each other PostgreSQL stops one, of which nothing is left: it is asked again.
    pub(super) async fn run(
        &self,
        sql: &str,
        values: &[Value<'_>],
        until: Instant,
    ) -> Result<Vec<Row>, DatabaseFailure> {
        for _ in 1..ATTEMPTS {
            match self.statements.run(sql, values, until).await {
                Err(failure) if matches!(failure.meaning(), Meaning::Conflict) => {}
                ran => return ran,
            }
        }
        self.statements.run(sql, values, until).await
    }

    /// For how long nobody may register from there.
    pub(super) async fn register(
        &self,
        bucket: &[u8],
        until: Instant,
    ) -> Result<Option<Duration>, DatabaseFailure> {
        let values: [Value<'_>; 2] = [(&bucket, Type::BYTEA), (&self.paces.register, Type::FLOAT8)];
        let rows = self.statements.run(REGISTER, &values, until).await?;
        let row = rows.first().ok_or(DatabaseFailure::NoRow)?;
        let (wait, is_in): (Option<f64>, bool) = (column(row, "of_network")?, column(row, "network_is_in")?);
        Ok((!is_in).then(|| whole_seconds(wait.unwrap_or(0.0))))
    }

    pub(super) async fn forget(&self, until: Instant) -> Result<(), DatabaseFailure> {
        self.statements.run(FORGET, &[], until).await.map(drop)
    }
}

/// Whoever comes back then is not too early.
pub(super) fn whole_seconds(wait: f64) -> Duration {
    Duration::try_from_secs_f64(wait.ceil()).unwrap_or_default().max(Duration::from_secs(1))
}

pub(super) fn column<'a, T: FromSql<'a>>(row: &'a Row, name: &'static str) -> Result<T, DatabaseFailure> {
    row.try_get(name).map_err(|source| DatabaseFailure::Column { column: name, source })
}
