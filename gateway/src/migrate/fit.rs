//! Whether this binary runs on the schema as it is: one version older or newer is a deploy under way.

use tokio::time::timeout;
use tokio_postgres::types::Type;

use super::failure::MigrateError;
use crate::db::{
    DatabaseProblem,
    direct::{Direct, DirectError, PATIENCE},
    url::DatabaseUrl,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Fine,
    /// Handlers would ask for what is not there yet.
    TooOld,
    /// What handlers ask for may be gone.
    TooNew,
}

/// No version: nothing was ever applied.
pub fn judge(database: Option<i32>, newest: i32) -> Fit {
    let database = database.unwrap_or(0);
    if database < newest - 1 {
        Fit::TooOld
    } else if database > newest + 1 {
        Fit::TooNew
    } else {
        Fit::Fine
    }
}

/// One look, on a connection of its own: nothing stays open that keeps a database awake.
pub async fn version(url: &DatabaseUrl) -> Result<Option<i32>, MigrateError> {
    // Without session settings and without named statements this works through a pooler as well.
    let direct = Direct::open(url, "gateway", &[]).await?;
    let asked = async {
        let there = "SELECT to_regclass('gateway.schema_history') IS NOT NULL";
        let none: &[(&(dyn tokio_postgres::types::ToSql + Sync), Type)] = &[];
        let rows = direct.client.query_typed(there, none).await?;
        if !rows.first().map_or(Ok(false), |row| row.try_get(0))? {
            return Ok(None);
        }
        let rows = direct.client.query_typed("SELECT max(version) FROM gateway.schema_history", none).await?;
        rows.first().map_or(Ok(None), |row| row.try_get(0))
    };
    match timeout(PATIENCE, asked).await {
        Ok(version) => version.map_err(|error: tokio_postgres::Error| error.into()),
        Err(_) => Err(DirectError::Away(DatabaseProblem::TimedOut).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_version_apart_is_a_deploy_under_way() {
        for (database, newest, expected) in [
            (None, 1, Fit::Fine),
            (None, 2, Fit::TooOld),
            (Some(1), 3, Fit::TooOld),
            (Some(2), 3, Fit::Fine),
            (Some(3), 3, Fit::Fine),
            (Some(4), 3, Fit::Fine),
            (Some(5), 3, Fit::TooNew),
        ] {
            assert_eq!(judge(database, newest), expected, "{database:?} {newest}");
        }
    }
}
