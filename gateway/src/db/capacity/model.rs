//! What a server says of its connections; plain settings, which a pooler passes on.

use tokio_postgres::{Client, Error};

use super::Capacity;

/// Limits do not hold for superusers, and none is -1. `reserved_connections` came with PostgreSQL 16.
const CAPACITY: &str = "\
    SELECT current_setting('max_connections')::int8 AS server, \
           current_setting('superuser_reserved_connections')::int8 \
               + coalesce(current_setting('reserved_connections', true), '0')::int8 AS reserved, \
           (SELECT CASE WHEN rolsuper THEN -1 ELSE rolconnlimit END::int8 \
              FROM pg_catalog.pg_roles WHERE rolname = current_user) AS role, \
           (SELECT CASE WHEN rolsuper THEN -1 ELSE datconnlimit END::int8 \
              FROM pg_catalog.pg_database, pg_catalog.pg_roles \
             WHERE datname = current_database() AND rolname = current_user) AS database";

impl Capacity {
    pub(in crate::db) async fn ask(client: &Client) -> Result<Option<Self>, Error> {
        let rows = client.query_typed(CAPACITY, &[]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let limit = |limit: Option<i64>| limit.filter(|limit| *limit >= 0);
        Ok(Some(Self {
            server: row.try_get("server")?,
            reserved: row.try_get("reserved")?,
            role: limit(row.try_get("role")?),
            database: limit(row.try_get("database")?),
        }))
    }
}
