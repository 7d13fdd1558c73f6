//! A row in every table that has none: what a migration does to rows is seen only where there are rows.

use anyhow::Context;
use tokio_postgres::Client;

use super::{
    attempt::{self, Filled, Outcome},
    table::Table,
};
use crate::migrate::{alembic, catalog::Catalog};

/// Apart from the numbers of the rows that are written after the way up.
const NUMBER: usize = 700_000;

#[derive(Debug, Default)]
pub struct Seeds {
    /// They had no row.
    tables: Vec<String>,
    /// One for each table that still has none.
    pub notes: Vec<String>,
}

/// Each row has all its columns. A table that got one as the parent of another is left at that.
pub async fn seed(client: &Client, catalog: &Catalog) -> anyhow::Result<Seeds> {
    let mut seeds = Seeds::default();
    for table in catalog.plain_tables().filter(|table| !alembic::is_its_own(table)) {
        if is_empty(client, table).await? {
            seeds.tables.push(table.to_owned());
        }
    }
    for (number, name) in (NUMBER..).zip(&seeds.tables) {
        if !is_empty(client, name).await? {
            continue;
        }
        let table =
            Table::read(client, name).await.with_context(|| format!("read what `{name}` is made of"))?;
        if let Outcome::Refused(why) = attempt::insert(client, &table, Filled::Wholly, number, 0).await? {
            let unproved = "what the way up does to rows is not proved";
            seeds
                .notes
                .push(format!("{name}: no row was there, and none could be written ({why}): {unproved}"));
        }
    }
    Ok(seeds)
}

async fn is_empty(client: &Client, table: &str) -> anyhow::Result<bool> {
    let query = format!("SELECT NOT EXISTS (SELECT FROM {table})");
    let row = client.query_one(&query, &[]).await.with_context(|| format!("look into `{table}`"))?;
    Ok(row.try_get(0)?)
}

impl Seeds {
    /// Empties again what was empty; false where nothing was, or where a row that was there leads into it by now.
    pub async fn remove(&self, client: &Client) -> bool {
        let statement = format!("TRUNCATE {}", self.tables.join(", "));
        !self.tables.is_empty() && client.batch_execute(&statement).await.is_ok()
    }
}
