//! What would refuse or change rows on their way back is set aside until they are there.

use std::collections::BTreeSet;

use tokio_postgres::{Client, Error, Row};

use super::snapshot::Snapshot;

/// Constraints are checked at the end; the names are quoted.
pub(super) struct Aside {
    triggers: Vec<(String, String)>,
    constraints: Vec<(String, String)>,
    /// Columns to which PostgreSQL alone gives values.
    identities: Vec<(String, String)>,
    acted_on: BTreeSet<u32>,
}

const TRIGGERS: &str = "
    SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
    WHERE tgrelid = ANY($1) AND NOT tgisinternal AND tgenabled = 'O'";

/// Rows of two tables may name each other: the order in which they come back does not matter then.
const CONSTRAINTS: &str = "
    SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND NOT condeferrable AND EXISTS (
        SELECT FROM unnest($1::oid[]) made WHERE made IN (conrelid, confrelid) OR EXISTS (
            SELECT FROM pg_partition_ancestors(made) whole WHERE whole IN (conrelid, confrelid)))";

/// A partition's is its whole table's.
const IDENTITIES: &str = "
    SELECT attrelid::regclass::text, quote_ident(attname) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE attrelid = ANY($1) AND attidentity = 'a' AND NOT attisdropped AND NOT c.relispartition";

const ACTED_ON: &str = "
    SELECT DISTINCT confrelid FROM pg_constraint
    WHERE contype = 'f' AND confdeltype <> 'a' AND confrelid = ANY($1)";

impl Aside {
    pub(super) async fn set(
        client: &Client,
        relations: &[&str],
        before: &Snapshot,
        after: &Snapshot,
    ) -> Result<Self, Error> {
        let filled: Vec<u32> =
            relations.iter().filter_map(|name| after.find(name)).map(|(oid, _)| oid).collect();
        // Where both sides were there before, no row is that another one of them waits for.
        let new: Vec<u32> =
            filled.iter().copied().filter(|oid| !before.relations.contains_key(oid)).collect();
        let acted_on = client.query(ACTED_ON, &[&filled]).await?;
        let aside = Self {
            triggers: pairs(&client.query(TRIGGERS, &[&filled]).await?)?,
            constraints: pairs(&client.query(CONSTRAINTS, &[&new]).await?)?,
            identities: pairs(&client.query(IDENTITIES, &[&filled]).await?)?,
            acted_on: acted_on.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?,
        };
        aside.all(client, "DISABLE", "DEFERRABLE INITIALLY DEFERRED", "BY DEFAULT").await?;
        client.batch_execute("SET CONSTRAINTS ALL DEFERRED").await?;
        Ok(aside)
    }

    /// Whether a row that is deleted there takes others with it, or is refused at once.
    pub(super) fn is_acted_on(&self, table: u32) -> bool {
        self.acted_on.contains(&table)
    }

    pub(super) async fn end(&self, client: &Client) -> Result<(), Error> {
        client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
        self.all(client, "ENABLE", "NOT DEFERRABLE", "ALWAYS").await
    }

    async fn all(
        &self,
        client: &Client,
        trigger: &str,
        constraint: &str,
        generated: &str,
    ) -> Result<(), Error> {
        let triggers =
            self.triggers.iter().map(|(table, name)| format!("ALTER TABLE {table} {trigger} TRIGGER {name}"));
        let constraints = self
            .constraints
            .iter()
            .map(|(table, name)| format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {constraint}"));
        let identities = self.identities.iter().map(|(table, name)| {
            format!("ALTER TABLE {table} ALTER COLUMN {name} SET GENERATED {generated}")
        });
        for statement in triggers.chain(constraints).chain(identities) {
            client.batch_execute(&statement).await?;
        }
        Ok(())
    }
}

fn pairs(rows: &[Row]) -> Result<Vec<(String, String)>, Error> {
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
