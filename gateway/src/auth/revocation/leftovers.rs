//! Deletes, a few at a time, the rows of sessions and tokens that have been over for longer than anybody remembers.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::types::Type;
use tracing::debug;

use super::{Revocations, store::THERE};
use crate::db::{DatabaseFailure, Statements};

/// Once everything is deleted that could be.
const SELDOM: Duration = Duration::from_hours(1);

/// While there is more of it.
const SOON: Duration = Duration::from_secs(10);

/// Of each kind in one statement: no lock is held for long.
const AT_A_TIME: u16 = 1_000;

const LIMIT: Duration = Duration::from_secs(5);

/// Rows that another gateway is deleting are left to it. Each kind has an index of its own: of many rows that are not over
/// none is looked at.
fn statement() -> String {
    let delete = |table: &str, key: &str, over: &str| {
        format!(
            "DELETE FROM gateway.{table} WHERE {key} IN (SELECT {key} FROM gateway.{table} WHERE {over} \
             LIMIT {AT_A_TIME} FOR UPDATE SKIP LOCKED) RETURNING 1"
        )
    };
    let past = "now() - $1 * interval '1 second'";
    let ended = delete("auth_session", "id", &format!("revoked_at < {past}"));
    let expired = delete("auth_session", "id", &format!("expires_at < {past}"));
    let forgotten = delete("revoked_token", "digest", &format!("expires_at < {past}"));
    format!(
        "WITH ended AS ({ended}), expired AS ({expired}), forgotten AS ({forgotten}) \
         SELECT GREATEST((SELECT count(*) FROM ended), (SELECT count(*) FROM expired), \
         (SELECT count(*) FROM forgotten)) >= {AT_A_TIME} AS is_full"
    )
}

/// Only as long as somebody looks: a database that sleeps is not woken up for this.
pub(super) async fn clear(revocations: &Revocations, statements: &Statements, age: Duration) {
    let sql = statement();
    let mut looks = revocations.shared.vigil.looks();
    while looks.changed().await.is_ok() {
        let pause = match some(statements, &sql, age).await {
            Ok(true) => SOON,
            Ok(false) => SELDOM,
            Err(failure) => {
                debug!(failure = failure.told(), "sessions that are long over could not be deleted");
                SELDOM
            }
        };
        sleep(pause).await;
        looks.mark_unchanged();
    }
}

/// Whether there may be more.
async fn some(statements: &Statements, sql: &str, age: Duration) -> Result<bool, DatabaseFailure> {
    let until = Instant::now() + LIMIT;
    let there = statements.run(THERE, &[], until).await?;
    if !there.first().map_or(Ok(false), |row| crate::db::row::read(row, "there"))? {
        return Ok(false);
    }
    let rows = statements.run(sql, &[(&age.as_secs_f64(), Type::FLOAT8)], until).await?;
    rows.first().map_or(Ok(false), |row| crate::db::row::read(row, "is_full"))
}
