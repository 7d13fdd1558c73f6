//! What the schema was when the gateway took it over, kept in the database, and who may change it since.

use anyhow::Context;
use serde::Serialize;
use tokio_postgres::Client;

use super::{
    catalog::{self, Catalog, Name, Object},
    difference::{self, What},
    effect,
};

/// Who changes the legacy's tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ownership {
    /// Alembic: a migration of ours may touch schema `gateway` alone.
    Alembic,
    /// We do, since Alembic stopped at this revision.
    Ours { revision: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Baseline {
    pub revision: String,
    pub is_frozen: bool,
    pub adopted_at: String,
    pub adopted_by: String,
}

/// The schema before one of our migrations ran: what differs afterwards is its work, and no drift.
#[derive(Debug)]
pub struct Before(Option<Catalog>);

pub async fn ownership(client: &Client) -> anyhow::Result<Ownership> {
    Ok(match read(client).await? {
        Some(Baseline { revision, is_frozen: true, .. }) => Ownership::Ours { revision },
        Some(_) | None => Ownership::Alembic,
    })
}

/// `None` before `gateway migrate adopt`.
pub async fn read(client: &Client) -> anyhow::Result<Option<Baseline>> {
    let there = client.query_one("SELECT to_regclass('gateway.baseline') IS NOT NULL", &[]).await;
    if !there.context("look for the baseline")?.get::<_, bool>(0) {
        return Ok(None);
    }
    let query = "SELECT revision, is_frozen, \
                 to_char(adopted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), adopted_by \
                 FROM gateway.baseline";
    let row = client.query_opt(query, &[]).await.context("read the baseline")?;
    Ok(row.map(|row| Baseline {
        revision: row.get(0),
        is_frozen: row.get(1),
        adopted_at: row.get(2),
        adopted_by: row.get(3),
    }))
}

/// The schema as it was taken over, and as our own migrations have changed it since.
pub async fn recorded(client: &Client) -> anyhow::Result<Catalog> {
    objects(client, "SELECT kind, name, of_table, definition FROM gateway.baseline_object").await
}

pub(super) async fn objects(client: &Client, query: &str) -> anyhow::Result<Catalog> {
    let rows = client.query(query, &[]).await.context("read the objects of the baseline")?;
    let mut catalog = Catalog::default();
    for row in rows {
        let kind: &str = row.get(0);
        let kind = kind
            .parse()
            .with_context(|| format!("the baseline holds a `{kind}`: a newer gateway wrote it"))?;
        let object = Object { table: row.get(2), definition: row.get(3) };
        catalog.objects.insert(Name { kind, name: row.get(1) }, object);
    }
    Ok(catalog)
}

pub(super) const TABLES: &str = "\
CREATE SCHEMA IF NOT EXISTS gateway;
CREATE TABLE IF NOT EXISTS gateway.baseline (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    revision text NOT NULL, is_frozen boolean NOT NULL,
    adopted_at timestamptz NOT NULL DEFAULT now(), adopted_by text NOT NULL DEFAULT current_user);
CREATE TABLE IF NOT EXISTS gateway.baseline_object (
    kind text, name text, of_table text, definition text NOT NULL, sha256 text NOT NULL, PRIMARY KEY (kind, name));";

/// Whole, in place of what was recorded before. Call it in a transaction.
pub(super) async fn record(
    client: &Client,
    revision: &str,
    is_frozen: bool,
    catalog: &Catalog,
) -> anyhow::Result<Baseline> {
    client.batch_execute(TABLES).await.context("make the tables of the baseline")?;
    client.batch_execute("DELETE FROM gateway.baseline; DELETE FROM gateway.baseline_object").await?;
    let insert = "INSERT INTO gateway.baseline (revision, is_frozen) VALUES ($1, $2)";
    client.execute(insert, &[&revision, &is_frozen]).await.context("record the baseline")?;
    for (name, object) in &catalog.objects {
        put(client, name, object).await?;
    }
    written(client).await
}

/// Alembic's last revision is final from now on.
pub(super) async fn freeze(client: &Client) -> anyhow::Result<Baseline> {
    client
        .batch_execute("UPDATE gateway.baseline SET is_frozen = true")
        .await
        .context("freeze the baseline")?;
    written(client).await
}

async fn written(client: &Client) -> anyhow::Result<Baseline> {
    read(client).await?.context("the baseline that was just written is not there")
}

async fn put(client: &Client, name: &Name, object: &Object) -> anyhow::Result<()> {
    let statement = "INSERT INTO gateway.baseline_object (kind, name, of_table, definition, sha256) \
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, name) DO UPDATE \
                     SET of_table = excluded.of_table, definition = excluded.definition, sha256 = excluded.sha256";
    let (kind, hash) = (name.kind.to_string(), object.fingerprint());
    client
        .execute(statement, &[&kind, &name.name, &object.table, &object.definition, &&*hash])
        .await
        .with_context(|| format!("record {kind} `{}`", name.name))
        .map(drop)
}

impl From<Catalog> for Before {
    fn from(catalog: Catalog) -> Self {
        Self(Some(catalog))
    }
}

impl Before {
    /// Without a baseline there is nothing to keep right.
    pub async fn read(client: &Client) -> anyhow::Result<Self> {
        if self::read(client).await?.is_none() {
            return Ok(Self(None));
        }
        let catalog = catalog::read(client).await.context("read the schema")?;
        Ok(Self(Some(catalog)))
    }

    /// After the migration, in its transaction where it has one. What somebody else changed before stays a drift.
    pub async fn record(&self, client: &Client) -> anyhow::Result<()> {
        let Some(before) = &self.0 else { return Ok(()) };
        let after = catalog::read(client).await.context("read the schema")?;
        for difference in difference::between(before, &after) {
            let name = Name { kind: difference.kind, name: difference.name };
            match difference.what {
                What::Added { .. } | What::Changed { .. } => {
                    put(client, &name, &after.objects[&name]).await?
                }
                What::Removed { .. } => {
                    let statement = "DELETE FROM gateway.baseline_object WHERE kind = $1 AND name = $2";
                    client.execute(statement, &[&name.kind.to_string(), &name.name]).await?;
                }
            }
        }
        effect::forget(client).await
    }
}
