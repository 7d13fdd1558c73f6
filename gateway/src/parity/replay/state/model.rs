//! The statements behind a reset and a fingerprint.

use tokio_postgres::{Client, Error};

pub(super) struct Table {
    schema: String,
    name: String,
    /// What its rows are sorted by.
    order: String,
    /// Its columns as declared, as they are shown.
    columns: String,
}

impl Table {
    /// By its name, with its schema or without.
    pub(super) fn is_called(&self, name: &str) -> bool {
        name == self.name || name == format!("{}.{}", self.schema, self.name)
    }

    pub(super) fn shown(&self) -> String {
        if self.schema == "public" { self.name.clone() } else { format!("{}.{}", self.schema, self.name) }
    }
}

/// Whoever is connected is sent away: a server's pool reconnects, and no template can be used otherwise.
pub(super) async fn make_again(client: &Client, name: &str, template: &str) -> Result<(), Error> {
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()";
    client.execute(ended, &[&template]).await?;
    let (name, template) = (quoted(name), quoted(template));
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await
}

/// Rows stand in an order that two runs share. Numbers of a sequence grow in both; uuids are by chance, so that rows
/// with such a key are sorted by all that is no uuid, what was made first in front.
pub(super) async fn tables(client: &Client) -> Result<Vec<Table>, Error> {
    let asked = "
        SELECT n.nspname, c.relname,
            coalesce((
                SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY array_position(k.conkey, a.attnum))
                FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
                WHERE k.conrelid = c.oid AND k.contype = 'p'
                HAVING bool_and(a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'text'::regtype, 'varchar'::regtype))
            ), (
                SELECT string_agg(format('t.%I::text', a.attname), ', '
                    ORDER BY a.atttypid NOT IN ('timestamptz'::regtype, 'timestamp'::regtype), a.atttypid = 'uuid'::regtype, a.attnum)
                FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            ), '1'),
            coalesce((
                SELECT string_agg(CASE
                    WHEN a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype) THEN format(
                        'CASE WHEN isfinite(t.%1$I) THEN to_char(t.%1$I, ''YYYY-MM-DD\"T\"HH24:MI:SS.US'') || %2$L ELSE t.%1$I::text END AS %1$I',
                        a.attname, CASE a.atttypid WHEN 'timestamptz'::regtype THEN '+00:00' ELSE '' END)
                    ELSE format('t.%I', a.attname) END, ', ' ORDER BY a.attnum)
                FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            ), '')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
        ORDER BY n.nspname, c.relname";
    let rows = client.query(asked, &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(Table {
                schema: row.try_get(0)?,
                name: row.try_get(1)?,
                order: row.try_get(2)?,
                columns: row.try_get(3)?,
            })
        })
        .collect()
}

/// Each as JSON, with the columns as they were declared and instants in UTC, with all their digits: PostgreSQL leaves
/// out the last zeros, and every tenth instant would be written in another way.
pub(super) async fn rows(client: &Client, table: &Table) -> Result<Vec<String>, Error> {
    client.batch_execute("SET timezone = 'UTC'").await?;
    let Table { schema, name, order, columns } = table;
    let (schema, name) = (quoted(schema), quoted(name));
    let row = format!("SELECT row_to_json(shown) FROM (SELECT {columns}) shown");
    let asked = format!("SELECT ({row})::text FROM {schema}.{name} t ORDER BY {order}");
    let rows = client.query(&asked, &[]).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
