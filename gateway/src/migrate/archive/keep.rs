//! Copies what a step will drop into `gateway_archive`, and writes down what each copy is.

use tokio_postgres::Client;

use super::loss::{Loss, LostColumn};
use crate::{
    config::mistakes::{Mistake, Mistakes},
    migrate::{
        failure::MigrateError,
        file::{Direction, Migration},
    },
};

/// `dropped_by` is the direction whose opposite brings it back.
const CONTENT: &str = "
    CREATE SCHEMA IF NOT EXISTS gateway_archive;
    CREATE TABLE IF NOT EXISTS gateway_archive.content (
        version int4 NOT NULL, dropped_by text NOT NULL, number int4 NOT NULL,
        kind text NOT NULL CHECK (kind IN ('table', 'columns', 'sequence')),
        relation text NOT NULL, archive text, columns text[] NOT NULL DEFAULT '{}', key text[] NOT NULL DEFAULT '{}',
        as_text text[] NOT NULL DEFAULT '{}', last_value int8, is_called bool,
        kept_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (version, dropped_by, number))";

pub(super) async fn keep(
    client: &Client,
    migration: &Migration,
    direction: Direction,
    losses: &[Loss],
) -> Result<(), MigrateError> {
    refuse(migration, direction, losses)?;
    if losses.is_empty() {
        return Ok(());
    }
    client.batch_execute(CONTENT).await?;
    for (number, loss) in (1..).zip(losses) {
        let copy = Copy { version: migration.version, direction, number };
        match loss {
            Loss::Table { name, columns } => copy.rows(client, "table", name, columns, &[]).await?,
            Loss::Columns { table, columns, key } => {
                let key = key.as_deref().unwrap_or_default();
                copy.rows(client, "columns", table, columns, key).await?;
            }
            Loss::Sequence { name } => copy.position(client, name).await?,
            Loss::Type { .. } | Loss::Rows { .. } => {}
        }
    }
    Ok(())
}

/// What no copy could bring back.
fn refuse(migration: &Migration, direction: Direction, losses: &[Loss]) -> Result<(), MigrateError> {
    let mut mistakes = Mistakes::default();
    for loss in losses {
        let why = match loss {
            Loss::Table { .. } | Loss::Sequence { .. } | Loss::Columns { key: Some(_), .. } => continue,
            Loss::Columns { .. } => "the table has no primary key by which the rows could be found again",
            Loss::Type { .. } => "an archive keeps what is dropped, not what is changed",
            Loss::Rows { .. } => "an archive keeps what is dropped, not rows that are deleted",
        };
        let path = &migration.script(direction).path;
        let what = format!("would lose {loss}, and `reversible=archive` cannot bring it back: {why}");
        let remedy = "keep the rows elsewhere in the script itself, or say `reversible=lossy`";
        mistakes.push(Mistake::in_file(path, what, remedy));
    }
    mistakes.into_result(()).map_err(MigrateError::Refused)
}

struct Copy {
    version: i32,
    direction: Direction,
    number: i32,
}

impl Copy {
    async fn rows(
        &self,
        client: &Client,
        kind: &str,
        relation: &str,
        columns: &[LostColumn],
        key: &[LostColumn],
    ) -> Result<(), MigrateError> {
        let archive = format!("gateway_archive.\"V{:04}.{}\"", self.version, self.number);
        let all: Vec<_> = key.iter().chain(columns).collect();
        let selected: Vec<_> = all
            .iter()
            .map(|column| {
                let cast = if column.is_text { "::text AS " } else { " AS " };
                format!("{}{cast}{}", column.name, column.name)
            })
            .collect();
        // Without its partitions and children: each of them is copied by itself.
        let copy = format!("CREATE TABLE {archive} AS SELECT {} FROM ONLY {relation}", selected.join(", "));
        client.batch_execute(&copy).await?;
        let names = |columns: &[LostColumn]| -> Vec<String> {
            columns.iter().map(|column| column.name.clone()).collect()
        };
        let as_text: Vec<_> =
            all.iter().filter(|column| column.is_text).map(|column| column.name.clone()).collect();
        let query = "INSERT INTO gateway_archive.content
                (version, dropped_by, number, kind, relation, archive, columns, key, as_text)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let (direction, columns, key) = (self.direction.name(), names(columns), names(key));
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 9] =
            [&self.version, &direction, &self.number, &kind, &relation, &archive, &columns, &key, &as_text];
        client.execute(query, &values).await?;
        Ok(())
    }

    async fn position(&self, client: &Client, sequence: &str) -> Result<(), MigrateError> {
        let query = format!(
            "INSERT INTO gateway_archive.content
                (version, dropped_by, number, kind, relation, last_value, is_called)
            SELECT $1, $2, $3, 'sequence', $4, last_value, is_called FROM {sequence}"
        );
        client.execute(&query, &[&self.version, &self.direction.name(), &self.number, &sequence]).await?;
        Ok(())
    }
}
