//! Copies what a step will drop into `gateway_archive`, and writes down what each copy is.

use tokio_postgres::Client;

use super::{
    failed,
    loss::{Loss, LostColumn},
};
use crate::{
    config::mistakes::{Mistake, Mistakes},
    migrate::{
        failure::MigrateError,
        file::{Direction, Migration},
        run::Running,
    },
};

/// `dropped_by` is the direction whose opposite brings it back.
const CONTENT: &str = "
    CREATE SCHEMA IF NOT EXISTS gateway_archive;
    CREATE TABLE IF NOT EXISTS gateway_archive.content (
        version int4 NOT NULL, stem text NOT NULL, dropped_by text NOT NULL, number int4 NOT NULL,
        kind text NOT NULL CHECK (kind IN ('table', 'columns', 'sequence')),
        relation text NOT NULL, archive text, columns text[] NOT NULL DEFAULT '{}', key text[] NOT NULL DEFAULT '{}',
        as_text text[] NOT NULL DEFAULT '{}', last_value int8, is_called bool,
        kept_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (version, dropped_by, number))";

pub(super) async fn keep(
    client: &Client,
    running: &Running<'_>,
    losses: &[Loss],
) -> Result<(), MigrateError> {
    let Running { migration, direction } = *running;
    refuse(migration, direction, losses)?;
    if losses.is_empty() {
        return Ok(());
    }
    lock(client, migration, losses).await?;
    client.batch_execute(CONTENT).await?;
    for (number, loss) in (1..).zip(losses) {
        let copy = Copy { migration, direction, number };
        let kept = match loss {
            Loss::Table { name, columns } => copy.rows(client, "table", name, columns, &[]).await,
            Loss::Columns { table, columns, key } => {
                let key = key.as_deref().unwrap_or_default();
                copy.rows(client, "columns", table, columns, key).await
            }
            Loss::Sequence { name } => copy.position(client, name).await,
            Loss::Type { .. } | Loss::Rows { .. } => Ok(()),
        };
        kept.map_err(failed(migration, || format!("keeping {loss}")))?;
    }
    Ok(())
}

/// The rehearsal's locks went with it: a row that is written between a copy and the drop would be in neither.
pub(super) async fn lock(
    client: &Client,
    migration: &Migration,
    losses: &[Loss],
) -> Result<(), MigrateError> {
    for loss in losses {
        if let Loss::Table { name: table, .. } | Loss::Columns { table, .. } = loss {
            let lock = format!("LOCK TABLE ONLY {table} IN ACCESS EXCLUSIVE MODE");
            client.batch_execute(&lock).await.map_err(failed(migration, || format!("locking {table}")))?;
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

struct Copy<'a> {
    migration: &'a Migration,
    direction: Direction,
    number: i32,
}

impl Copy<'_> {
    async fn rows(
        &self,
        client: &Client,
        kind: &str,
        relation: &str,
        columns: &[LostColumn],
        key: &[LostColumn],
    ) -> Result<(), tokio_postgres::Error> {
        let version = self.migration.version;
        let archive = format!("gateway_archive.\"V{version:04}.{}.{}\"", self.direction.name(), self.number);
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
                (version, stem, dropped_by, number, kind, relation, archive, columns, key, as_text)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let (direction, columns, key) = (self.direction.name(), names(columns), names(key));
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 10] = [
            &version,
            &self.migration.stem(),
            &direction,
            &self.number,
            &kind,
            &relation,
            &archive,
            &columns,
            &key,
            &as_text,
        ];
        client.execute(query, &values).await?;
        Ok(())
    }

    async fn position(&self, client: &Client, sequence: &str) -> Result<(), tokio_postgres::Error> {
        let query = format!(
            "INSERT INTO gateway_archive.content
                (version, stem, dropped_by, number, kind, relation, last_value, is_called)
            SELECT $1, $2, $3, $4, 'sequence', $5, last_value, is_called FROM {sequence}"
        );
        let (stem, direction) = (self.migration.stem(), self.direction.name());
        client
            .execute(&query, &[&self.migration.version, &stem, &direction, &self.number, &sequence])
            .await?;
        Ok(())
    }
}
