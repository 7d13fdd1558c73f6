//! What a statement outside of a transaction does to the schema: recorded as soon as it is done, also after a crash.

use anyhow::Context;
use tokio_postgres::Client;

use super::{
    baseline::{self, Before},
    catalog::{self, Catalog, Name, Object},
    session::{LOCK_TIMEOUT, Session},
};

pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS gateway.baseline_before (
    kind text, name text, of_table text, definition text NOT NULL, PRIMARY KEY (kind, name));
    DELETE FROM gateway.baseline_before";

/// The schema as it is now stays in the database until it is known what the statement has made of it.
pub(super) async fn begin(session: &Session) -> anyhow::Result<()> {
    within(session, async || {
        let client = session.client();
        if baseline::read(client).await?.is_none() {
            return Ok(());
        }
        let catalog = catalog::read(client).await.context("read the schema")?;
        client.batch_execute(TABLE).await.context("keep the schema")?;
        keep(client, &catalog).await
    })
    .await
}

/// What differs since `begin` is the work of the statement, and no drift.
pub(super) async fn end(session: &Session) -> anyhow::Result<()> {
    within(session, async || match kept(session.client()).await? {
        Some(before) => Before::from(before).record(session.client()).await,
        None => Ok(()),
    })
    .await
}

/// The schema before a statement that was begun and of which nothing is recorded yet.
pub(super) async fn kept(client: &Client) -> anyhow::Result<Option<Catalog>> {
    if !is_there(client).await? {
        return Ok(None);
    }
    let query = "SELECT kind, name, of_table, definition FROM gateway.baseline_before";
    let catalog = baseline::objects(client, query).await?;
    Ok(Some(catalog).filter(|catalog| !catalog.objects.is_empty()))
}

/// The statement had no effect, or what it had is recorded.
pub(super) async fn forget(client: &Client) -> anyhow::Result<()> {
    if is_there(client).await? {
        client.batch_execute("DELETE FROM gateway.baseline_before").await?;
    }
    Ok(())
}

async fn is_there(client: &Client) -> anyhow::Result<bool> {
    let row = client.query_one("SELECT to_regclass('gateway.baseline_before') IS NOT NULL", &[]).await?;
    Ok(row.try_get(0)?)
}

async fn keep(client: &Client, catalog: &Catalog) -> anyhow::Result<()> {
    let rows = catalog.objects.iter().map(|(Name { kind, name }, Object { table, definition })| {
        ((kind.to_string(), name), (table, definition))
    });
    let ((kinds, names), (tables, definitions)): ((Vec<_>, Vec<_>), (Vec<_>, Vec<_>)) = rows.unzip();
    let query = "INSERT INTO gateway.baseline_before (kind, name, of_table, definition)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])";
    client.execute(query, &[&kinds, &names, &tables, &definitions]).await.context("keep the schema").map(drop)
}

async fn within(session: &Session, work: impl AsyncFnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    session.begin(LOCK_TIMEOUT).await?;
    let ended = work().await;
    if ended.is_err() {
        session.roll_back().await;
        return ended;
    }
    Ok(session.client().batch_execute("COMMIT").await?)
}
