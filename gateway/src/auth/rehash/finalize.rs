//! `gateway auth finalize`: the better hashes take the place of the legacy's, for good.
//!
//! Each batch is one statement, so it can be ended at any moment and begun again: what is done is done as a whole, with the
//! sessions that would otherwise end because their user's password seems changed.

use serde::Serialize;
use tokio_postgres::{
    Client, Error, Row,
    types::{ToSql, Type},
};

use crate::{
    auth::users::{id_type, quoted, table as sql_table},
    contract::profile::UsersProfile,
};

/// What one statement changes at most: short enough that no login waits long for a row.
const BATCH: i64 = 500;

/// The legacy's column, and the better hashes for it.
pub struct Finalize<'c> {
    client: &'c Client,
    table: String,
    key: String,
    hash: String,
    id_type: &'static str,
    column: &'c str,
}

/// What was changed, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Finalized {
    /// Users whose column gets the better hash.
    pub written: u64,
    /// Better hashes of passwords that were changed since, which say nothing any more.
    pub stale: u64,
    /// Open sessions that go on under the new hash.
    pub sessions: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum FinalizeError {
    #[error("the gateway's own tables are not in the database")]
    NotMigrated,
    #[error("the database has no table {0}")]
    NoTable(String),
    #[error("{table} has no column {column}")]
    NoColumn { table: String, column: String },
    #[error("{table}.{column} holds {holds} characters, and the longest of the better hashes has {longest}")]
    Narrow { table: String, column: String, holds: i32, longest: i32 },
    #[error("ask the database: {}", told(.0))]
    Asking(#[from] Error),
}

impl<'c> Finalize<'c> {
    pub fn new(client: &'c Client, profile: &'c UsersProfile) -> Self {
        let password = &profile.password;
        let (table, key) = match &password.table {
            None => (&profile.table, &profile.id.column),
            Some(other) => (&other.table, &other.key),
        };
        Self {
            client,
            table: sql_table(table),
            key: quoted(key),
            hash: quoted(&password.column),
            id_type: id_type(profile.id.kind),
            column: &password.column,
        }
    }

    /// Whether the column can hold what is to be written; nothing is changed.
    pub async fn check(&self) -> Result<(), FinalizeError> {
        let table = || self.table.clone();
        let there = "SELECT to_regclass($1) IS NOT NULL";
        if !value::<bool>(&self.ask(there, &[(&"gateway.user_password", Type::TEXT)]).await?)? {
            return Err(FinalizeError::NotMigrated);
        }
        if !value::<bool>(&self.ask(there, &[(&self.table, Type::TEXT)]).await?)? {
            return Err(FinalizeError::NoTable(table()));
        }
        let sql = "SELECT CASE WHEN atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND atttypmod > 4 \
                   THEN atttypmod - 4 END, \
                   (SELECT coalesce(max(length(phc)), 0) FROM gateway.user_password) \
                   FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped";
        let found = self.ask(sql, &[(&self.table, Type::TEXT), (&self.column, Type::TEXT)]).await?;
        let column = || self.column.to_owned();
        let Some(row) = found.first() else {
            return Err(FinalizeError::NoColumn { table: table(), column: column() });
        };
        let (holds, longest): (Option<i32>, i32) = (row.try_get(0)?, row.try_get(1)?);
        match holds {
            Some(holds) if holds < longest => {
                Err(FinalizeError::Narrow { table: table(), column: column(), holds, longest })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What would be changed.
    pub async fn count(&self) -> Result<Finalized, FinalizeError> {
        let Self { table, key, hash, id_type, .. } = self;
        let sql = format!(
            "SELECT count(*) FILTER (WHERE fits), count(*) FILTER (WHERE fits IS NOT TRUE), \
             coalesce(sum(open) FILTER (WHERE fits), 0)::bigint FROM (\
             SELECT sha256(convert_to(w.{hash}::text, 'UTF8')) = p.legacy_fp AS fits, \
             (SELECT count(*) FROM gateway.auth_session s WHERE s.user_key = p.user_key AND s.revoked_at IS NULL \
             AND s.password_fp = p.legacy_fp) AS open \
             FROM gateway.user_password p LEFT JOIN {table} w ON w.{key} = p.user_key::{id_type}) side"
        );
        let rows = self.ask(&sql, &[]).await?;
        rows.first().map_or(Ok(Finalized::default()), finalized)
    }

    /// The next batch; nothing once there is none.
    pub async fn step(&self) -> Result<Option<Finalized>, FinalizeError> {
        let rows = self.ask(&self.statement(), &[(&BATCH, Type::INT8)]).await?;
        let done = rows.first().map_or(Ok(Finalized::default()), finalized)?;
        Ok((done.written + done.stale > 0).then_some(done))
    }

    /// A password that is changed in the same moment is judged by what it has become: its row waits, and is compared
    /// again.
    fn statement(&self) -> String {
        let Self { table, key, hash, id_type, .. } = self;
        format!(
            "WITH side AS MATERIALIZED (\
                SELECT user_key, phc, legacy_fp FROM gateway.user_password ORDER BY user_key LIMIT $1 FOR UPDATE\
            ), written AS (\
                UPDATE {table} w SET {hash} = s.phc FROM side s \
                WHERE w.{key} = s.user_key::{id_type} \
                AND sha256(convert_to(w.{hash}::text, 'UTF8')) = s.legacy_fp \
                RETURNING s.user_key, s.legacy_fp, sha256(convert_to(s.phc, 'UTF8')) AS password_fp\
            ), kept AS (\
                UPDATE gateway.auth_session a SET password_fp = w.password_fp FROM written w \
                WHERE a.user_key = w.user_key AND a.revoked_at IS NULL AND a.password_fp = w.legacy_fp RETURNING 1\
            ), gone AS (\
                DELETE FROM gateway.user_password p USING side s WHERE p.user_key = s.user_key\
            ), noted AS (\
                INSERT INTO gateway.auth_audit (kind, user_key, detail) \
                SELECT 'rehash', user_key, jsonb_build_object('finalized', true) FROM written\
            ) SELECT (SELECT count(*) FROM written), \
                (SELECT count(*) FROM side) - (SELECT count(*) FROM written), (SELECT count(*) FROM kept)"
        )
    }

    async fn ask(&self, sql: &str, params: &[(&(dyn ToSql + Sync), Type)]) -> Result<Vec<Row>, Error> {
        self.client.query_typed(sql, params).await
    }
}

fn finalized(row: &Row) -> Result<Finalized, FinalizeError> {
    let count = |at: usize| row.try_get::<_, i64>(at).map(|count| u64::try_from(count).unwrap_or(0));
    Ok(Finalized { written: count(0)?, stale: count(1)?, sessions: count(2)? })
}

fn value<'r, T: tokio_postgres::types::FromSql<'r> + Default>(rows: &'r [Row]) -> Result<T, Error> {
    rows.first().map_or(Ok(T::default()), |row| row.try_get(0))
}

/// The server's message without its detail, which may show a row.
fn told(error: &Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |answer| answer.message().to_owned())
}

impl Finalized {
    pub fn add(&mut self, more: Self) {
        self.written += more.written;
        self.stale += more.stale;
        self.sessions += more.sessions;
    }
}
