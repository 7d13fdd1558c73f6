//! Where Alembic says that it is.

use anyhow::Context;
use tokio_postgres::Client;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revision {
    One {
        revision: String,
    },
    /// A branched history: each head is a row.
    Several {
        revisions: Vec<String>,
    },
    /// The table is there and says nothing.
    Empty {
        table: String,
    },
    NoTable,
    /// More than one schema has such a table.
    Tables(Vec<String>),
}

/// The table stands in `public`, or where the project's `version_table_schema` put it.
pub async fn revision(client: &Client) -> anyhow::Result<Revision> {
    let query = "SELECT quote_ident(nspname) || '.alembic_version' \
                 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
                 WHERE relname = 'alembic_version' AND relkind IN ('r', 'p') AND nspname <> 'gateway_archive' ORDER BY 1";
    let rows = client.query(query, &[]).await.context("look for `alembic_version`")?;
    let mut tables: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let table = match tables.len() {
        0 => return Ok(Revision::NoTable),
        1 => tables.remove(0),
        _ => return Ok(Revision::Tables(tables)),
    };
    let query = format!("SELECT version_num::text FROM {table} ORDER BY 1");
    let rows = client.query(&query, &[]).await.with_context(|| format!("read `{table}`"))?;
    let mut revisions: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    Ok(match revisions.len() {
        0 => Revision::Empty { table },
        1 => Revision::One { revision: revisions.remove(0) },
        _ => Revision::Several { revisions },
    })
}

/// The table in which it keeps where it is; the name is quoted and has its schema.
pub(super) fn is_its_own(table: &str) -> bool {
    table.ends_with(".alembic_version")
}
