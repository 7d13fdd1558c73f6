//! Rows of the system's own tables, asked once and by nobody but a developer.

use tokio_postgres::{Client, Error};

use super::Column;

/// Of everything that the connection sees without saying a schema.
pub async fn columns(client: &Client) -> Result<Vec<Column>, Error> {
    let sql = "SELECT c.relname AS \"table\", a.attname AS name, t.typname AS kind \
               FROM pg_catalog.pg_attribute a \
               JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
               JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
               WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_catalog.pg_table_is_visible(c.oid) \
               AND c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace AND a.attnum > 0 AND NOT a.attisdropped \
               ORDER BY c.relname, a.attnum";
    let rows = client.query(sql, &[]).await?;
    let column = |row: &tokio_postgres::Row| {
        Ok(Column { table: row.try_get("table")?, name: row.try_get("name")?, kind: row.try_get("kind")? })
    };
    rows.iter().map(column).collect()
}
