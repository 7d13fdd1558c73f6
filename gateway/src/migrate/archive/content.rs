//! One copy, and how its rows come back into the table they were kept from.

use std::collections::BTreeSet;

use tokio_postgres::{Client, Error, Row};

use super::{aside::Aside, beside::Changes, snapshot::Snapshot};

/// Names are quoted and with their schema.
pub(super) struct Content {
    /// Its rows, not columns of rows that stayed.
    pub(super) is_table: bool,
    pub(super) relation: String,
    pub(super) archive: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) key: Vec<String>,
    as_text: BTreeSet<String>,
    position: Option<(i64, bool)>,
}

impl Content {
    pub(super) fn of(row: &Row) -> Result<Self, Error> {
        let last: Option<i64> = row.try_get(6)?;
        let is_called: Option<bool> = row.try_get(7)?;
        Ok(Self {
            is_table: row.try_get::<_, &str>(0)? == "table",
            relation: row.try_get(1)?,
            archive: row.try_get(2)?,
            columns: row.try_get(3)?,
            key: row.try_get(4)?,
            as_text: row.try_get::<_, Vec<String>>(5)?.into_iter().collect(),
            position: last.zip(is_called),
        })
    }

    pub(super) fn told(&self) -> String {
        match &self.archive {
            Some(archive) => format!("{} from {archive}", self.relation),
            None => self.relation.clone(),
        }
    }

    pub(super) async fn bring_back(
        &self,
        client: &Client,
        after: &Snapshot,
        aside: &Aside,
        asked: &mut Changes,
    ) -> Result<(), Error> {
        if let Some((last, is_called)) = self.position {
            let query = "SELECT setval(to_regclass($1), $2, $3)";
            client.execute(query, &[&self.relation, &last, &is_called]).await?;
        }
        let Some(archive) = &self.archive else { return Ok(()) };
        if !self.is_table {
            return self.update(client, archive, &self.columns, &self.key, after, asked).await;
        }
        let (relation, columns) = (&self.relation, self.columns.join(", "));
        let mut insert = format!(
            "INSERT INTO {relation} ({columns}) OVERRIDING SYSTEM VALUE SELECT {} FROM {archive} a",
            self.values(&self.columns, after).join(", ")
        );
        match self.merged_by(after, aside) {
            Some(key) => {
                let rest: Vec<_> =
                    self.columns.iter().filter(|column| !key.contains(column)).cloned().collect();
                self.update(client, archive, &rest, &key, after, asked).await?;
                let there = format!("SELECT FROM ONLY {relation} t WHERE {}", self.found(&key, after));
                insert = format!("{insert} WHERE NOT EXISTS ({there})");
            }
            // What the step itself has put there was in the copy, or had been deleted since.
            None => {
                asked.deleted(relation, client.execute(&format!("DELETE FROM ONLY {relation}"), &[]).await?)
            }
        }
        client.execute(&insert, &[]).await.map(drop)
    }

    /// What the step itself has put there, and had been deleted since. Nothing that is brought back names it any more.
    pub(super) async fn clear(
        &self,
        client: &Client,
        after: &Snapshot,
        aside: &Aside,
        asked: &mut Changes,
    ) -> Result<(), Error> {
        let (Some(archive), Some(key)) = (&self.archive, self.merged_by(after, aside)) else { return Ok(()) };
        let statement = format!(
            "DELETE FROM ONLY {} t WHERE NOT EXISTS (SELECT FROM {archive} a WHERE {})",
            self.relation,
            self.found(&key, after)
        );
        asked.deleted(&self.relation, client.execute(&statement, &[]).await?);
        Ok(())
    }

    async fn update(
        &self,
        client: &Client,
        archive: &str,
        columns: &[String],
        key: &[String],
        after: &Snapshot,
        asked: &mut Changes,
    ) -> Result<(), Error> {
        if columns.is_empty() {
            return Ok(());
        }
        let values = self.values(columns, after);
        let set: Vec<_> =
            columns.iter().zip(values).map(|(column, value)| format!("{column} = {value}")).collect();
        let (relation, set, found) = (&self.relation, set.join(", "), self.found(key, after));
        let statement = format!("UPDATE ONLY {relation} t SET {set} FROM {archive} a WHERE {found}");
        asked.changed(relation, client.execute(&statement, &[]).await?);
        Ok(())
    }

    /// The primary key, where a row that is deleted would take others with it: then no row goes that comes back.
    fn merged_by(&self, after: &Snapshot, aside: &Aside) -> Option<Vec<String>> {
        let (oid, relation) = after.find(&self.relation).filter(|_| self.is_table)?;
        let name = |number: &i16| after.columns.get(&(oid, *number)).map(|column| column.name.clone());
        let key: Vec<_> = relation.key.iter().filter_map(name).collect();
        let is_kept = !key.is_empty() && key.iter().all(|column| self.columns.contains(column));
        (is_kept && aside.is_acted_on(oid)).then_some(key)
    }

    fn found(&self, key: &[String], after: &Snapshot) -> String {
        let values = self.values(key, after);
        let equal: Vec<_> =
            key.iter().zip(values).map(|(column, value)| format!("t.{column} = {value}")).collect();
        equal.join(" AND ")
    }

    /// What was kept as text is read as what the column is now.
    fn values(&self, columns: &[String], after: &Snapshot) -> Vec<String> {
        let value = |column: &String| match self.kind_of(column, after) {
            Some(kind) if self.as_text.contains(column) => format!("a.{column}::{kind}"),
            Some(_) | None => format!("a.{column}"),
        };
        columns.iter().map(value).collect()
    }

    pub(super) fn kind_of<'s>(&self, column: &str, after: &'s Snapshot) -> Option<&'s str> {
        let (oid, _) = after.find(&self.relation)?;
        let (_, found) = after.columns_of(oid).find(|(_, found)| found.name == column)?;
        Some(&found.kind)
    }
}
