//! A database at one moment, schema and rows, held so that two moments can be compared without holding the rows.

use std::collections::BTreeMap;

use anyhow::Context;
use tokio_postgres::Client;

use crate::migrate::{
    alembic,
    catalog::{self, Catalog, Kind},
};

#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) catalog: Catalog,
    pub(super) tables: BTreeMap<String, Rows>,
    /// What each sequence gave out last.
    pub(super) sequences: BTreeMap<String, i64>,
}

/// The rows of a table: each value as the hash of its text.
#[derive(Debug, Default, Clone)]
pub(super) struct Rows {
    pub(super) columns: Vec<String>,
    /// The columns of the primary key.
    pub(super) key: Vec<String>,
    /// By the primary key; in a table without one, all stand under the empty key.
    pub(super) by_key: BTreeMap<String, Vec<Values>>,
}

pub(super) type Values = Vec<Option<i64>>;

impl Snapshot {
    pub(super) async fn take(client: &Client) -> anyhow::Result<Self> {
        let catalog = catalog::read(client).await.context("read the schema")?;
        let mut keys = keys(client).await?;
        let (mut tables, mut sequences) = (BTreeMap::new(), BTreeMap::new());
        for (table, columns) in &catalog.order {
            let key = keys.remove(table).unwrap_or_default();
            // Where Alembic stands is no row of the project's; rows of a partition are read in the partition.
            let is_apart = alembic::is_its_own(table) || is_partitioned(&catalog, table);
            if !is_apart {
                let rows = rows(client, table, columns.clone(), key).await;
                tables.insert(table.clone(), rows.with_context(|| format!("read the rows of `{table}`"))?);
            }
        }
        for name in catalog.objects.keys().filter(|name| name.kind == Kind::Sequence) {
            let query = format!(
                "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {}",
                name.name
            );
            let row = client.query_one(&query, &[]).await.with_context(|| format!("read `{}`", name.name))?;
            sequences.insert(name.name.clone(), row.get(0));
        }
        Ok(Self { catalog, tables, sequences })
    }
}

fn is_partitioned(catalog: &Catalog, table: &str) -> bool {
    let mut tables =
        catalog.objects.iter().filter(|(name, _)| name.kind == Kind::Table && name.name == table);
    tables.any(|(_, object)| object.definition.starts_with("partitioned"))
}

async fn keys(client: &Client) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let query = "SELECT quote_ident(nspname) || '.' || quote_ident(relname), \
                 array_agg(quote_ident(attname) ORDER BY array_position(indkey::int2[], attnum)) \
                 FROM pg_index JOIN pg_class c ON c.oid = indrelid JOIN pg_namespace n ON n.oid = relnamespace \
                 JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey::int2[]) \
                 WHERE indisprimary GROUP BY 1";
    let rows = client.query(query, &[]).await.context("read the primary keys")?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Text is what a value has in common whatever its type; a collation that folds case must not fold a change.
async fn rows(
    client: &Client,
    table: &str,
    columns: Vec<String>,
    key: Vec<String>,
) -> Result<Rows, tokio_postgres::Error> {
    let texts: Vec<_> = key.iter().map(|column| format!("{column}::text")).collect();
    let hashes: Vec<_> =
        columns.iter().map(|column| format!("hashtextextended({column}::text COLLATE \"C\", 0)")).collect();
    let query = format!(
        "SELECT concat_ws(', ', {}), ARRAY[{}]::bigint[] FROM ONLY {table}",
        if texts.is_empty() { "NULL".to_owned() } else { texts.join(", ") },
        hashes.join(", ")
    );
    let mut found = Rows { columns, key, by_key: BTreeMap::new() };
    for row in client.query(&query, &[]).await? {
        found.by_key.entry(row.get(0)).or_default().push(row.get(1));
    }
    Ok(found)
}
