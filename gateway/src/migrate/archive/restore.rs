//! Brings back what the step the other way had dropped, and drops the copies, all in the transaction of this step.

use std::collections::BTreeSet;

use tokio_postgres::{Client, Row};

use super::snapshot::Snapshot;
use crate::{
    config::mistakes::{Mistake, Mistakes},
    migrate::{
        failure::MigrateError,
        file::{Direction, Migration},
    },
};

pub(super) async fn restore(
    client: &Client,
    migration: &Migration,
    direction: Direction,
    before: &Snapshot,
) -> Result<(), MigrateError> {
    let query = "SELECT to_regclass('gateway_archive.content') IS NOT NULL";
    if !client.query_one(query, &[]).await?.try_get::<_, bool>(0)? {
        return Ok(());
    }
    let opposite = match direction {
        Direction::Up => Direction::Down,
        Direction::Down => Direction::Up,
    };
    let query = "SELECT kind, relation, archive, columns, key, as_text, last_value, is_called
        FROM gateway_archive.content WHERE version = $1 AND dropped_by = $2 ORDER BY number";
    let rows = client.query(query, &[&migration.version, &opposite.name()]).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let content = rows.iter().map(Content::of).collect::<Result<Vec<_>, _>>()?;
    let after = Snapshot::read(client).await?;
    refuse(migration, direction, &content, before, &after)?;
    let aside = Aside::set(client, &content, before, &after).await?;
    for content in &content {
        content.bring_back(client, &after).await?;
    }
    aside.end(client).await?;
    let query = "DELETE FROM gateway_archive.content WHERE version = $1 AND dropped_by = $2";
    client.execute(query, &[&migration.version, &opposite.name()]).await?;
    Ok(())
}

/// One copy; names are quoted and with their schema.
struct Content {
    kind: String,
    relation: String,
    archive: Option<String>,
    columns: Vec<String>,
    key: Vec<String>,
    as_text: BTreeSet<String>,
    position: Option<(i64, bool)>,
}

impl Content {
    fn of(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let last: Option<i64> = row.try_get(6)?;
        let is_called: Option<bool> = row.try_get(7)?;
        Ok(Self {
            kind: row.try_get(0)?,
            relation: row.try_get(1)?,
            archive: row.try_get(2)?,
            columns: row.try_get(3)?,
            key: row.try_get(4)?,
            as_text: row.try_get::<_, Vec<String>>(5)?.into_iter().collect(),
            position: last.zip(is_called),
        })
    }

    async fn bring_back(&self, client: &Client, after: &Snapshot) -> Result<(), MigrateError> {
        if let Some((last, is_called)) = self.position {
            let query = "SELECT setval(to_regclass($1), $2, $3)";
            client.execute(query, &[&self.relation, &last, &is_called]).await?;
        }
        let Some(archive) = &self.archive else { return Ok(()) };
        let relation = &self.relation;
        let statement = if self.kind == "table" {
            // What the step itself has put there was in the copy, or had been deleted since.
            let columns = self.columns.join(", ");
            let values = self.values(&self.columns, after);
            format!(
                "DELETE FROM ONLY {relation};
                INSERT INTO {relation} ({columns}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {archive} a"
            )
        } else {
            let set: Vec<_> = self
                .columns
                .iter()
                .map(|column| format!("{column} = {}", self.values(std::slice::from_ref(column), after)))
                .collect();
            let found: Vec<_> = self
                .key
                .iter()
                .map(|column| format!("t.{column} = {}", self.values(std::slice::from_ref(column), after)))
                .collect();
            let (set, found) = (set.join(", "), found.join(" AND "));
            format!("UPDATE ONLY {relation} t SET {set} FROM {archive} a WHERE {found}")
        };
        client.batch_execute(&statement).await?;
        client.batch_execute(&format!("DROP TABLE {archive}")).await?;
        Ok(())
    }

    /// What was kept as text is read as what the column is now.
    fn values(&self, columns: &[String], after: &Snapshot) -> String {
        let value = |column: &String| match self.kind_of(column, after) {
            Some(kind) if self.as_text.contains(column) => format!("a.{column}::{kind}"),
            Some(_) | None => format!("a.{column}"),
        };
        columns.iter().map(value).collect::<Vec<_>>().join(", ")
    }

    fn kind_of<'s>(&self, column: &str, after: &'s Snapshot) -> Option<&'s str> {
        let (oid, _) = after.relations.iter().find(|(_, relation)| relation.name == self.relation)?;
        let (_, found) = after.columns_of(*oid).find(|(_, found)| found.name == column)?;
        Some(&found.kind)
    }
}

/// A copy that has nowhere to go stays, and so does everything else.
fn refuse(
    migration: &Migration,
    direction: Direction,
    content: &[Content],
    before: &Snapshot,
    after: &Snapshot,
) -> Result<(), MigrateError> {
    let mut mistakes = Mistakes::default();
    let path = &migration.script(direction).path;
    for content in content.iter().filter(|content| content.archive.is_some()) {
        let (relation, archive) = (&content.relation, content.archive.as_deref().unwrap_or_default());
        let needed = content.columns.iter().chain(&content.key);
        let missing: Vec<_> = needed
            .filter(|column| content.kind_of(column, after).is_none())
            .map(|column| format!("{relation}.{column}"))
            .collect();
        let what = if content.kind == "table" && before.has(relation) {
            format!("{relation} is there already, and {archive} holds the rows it had before")
        } else if !missing.is_empty() {
            format!("does not make {}, whose values are kept in {archive}", missing.join(", "))
        } else {
            continue;
        };
        let remedy = "make what was dropped again as it was; or take the copy over by hand and delete its row from \
                      gateway_archive.content";
        mistakes.push(Mistake::in_file(path, what, remedy));
    }
    mistakes.into_result(()).map_err(MigrateError::Refused)
}

/// What would refuse or change rows on their way back: checked at the end, or not for rows that were there before.
struct Aside {
    triggers: Vec<(String, String)>,
    constraints: Vec<(String, String)>,
}

impl Aside {
    async fn set(
        client: &Client,
        content: &[Content],
        before: &Snapshot,
        after: &Snapshot,
    ) -> Result<Self, MigrateError> {
        let is_filled = |name: &String| content.iter().any(|content| content.relation == *name);
        let filled: Vec<u32> = after
            .relations
            .iter()
            .filter_map(|(oid, relation)| is_filled(&relation.name).then_some(*oid))
            .collect();
        let new: Vec<u32> =
            filled.iter().copied().filter(|oid| !before.relations.contains_key(oid)).collect();
        let query = "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
            WHERE tgrelid = ANY($1) AND NOT tgisinternal AND tgenabled = 'O'";
        let triggers = pairs(&client.query(query, &[&filled]).await?)?;
        // Rows of two tables may name each other: the order in which they come back does not matter then.
        let query = "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint
            WHERE contype = 'f' AND conparentid = 0 AND NOT condeferrable AND (conrelid = ANY($1)
                OR EXISTS (SELECT FROM unnest($1) made, pg_partition_ancestors(made) whole WHERE whole = conrelid))";
        let constraints = pairs(&client.query(query, &[&new]).await?)?;
        let aside = Self { triggers, constraints };
        aside.all(client, "DISABLE", "DEFERRABLE INITIALLY DEFERRED").await?;
        client.batch_execute("SET CONSTRAINTS ALL DEFERRED").await?;
        Ok(aside)
    }

    async fn end(&self, client: &Client) -> Result<(), MigrateError> {
        client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
        self.all(client, "ENABLE", "NOT DEFERRABLE").await
    }

    async fn all(&self, client: &Client, trigger: &str, constraint: &str) -> Result<(), MigrateError> {
        for (table, name) in &self.triggers {
            client.batch_execute(&format!("ALTER TABLE {table} {trigger} TRIGGER {name}")).await?;
        }
        for (table, name) in &self.constraints {
            let change = format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {constraint}");
            client.batch_execute(&change).await?;
        }
        Ok(())
    }
}

fn pairs(rows: &[Row]) -> Result<Vec<(String, String)>, tokio_postgres::Error> {
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
