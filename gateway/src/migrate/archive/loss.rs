//! What a step takes away, by comparing the catalog before and after it.

use std::fmt;

use tokio_postgres::Client;

use super::snapshot::{Column, Relation, Snapshot};
use crate::migrate::failure::MigrateError;

/// Names are quoted and with their schema, ready for SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    Table {
        name: String,
        columns: Vec<LostColumn>,
    },
    /// Columns of a table that stays; without a key nobody knows whose values they were.
    Columns {
        table: String,
        columns: Vec<LostColumn>,
        key: Option<Vec<LostColumn>>,
    },
    Sequence {
        name: String,
    },
    /// A column that stays with another type: what did not fit is gone.
    Type {
        table: String,
        column: String,
        before: String,
        after: String,
    },
    /// Rows of a table that stays.
    Rows {
        table: String,
        count: i64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostColumn {
    pub name: String,
    /// Kept as text: its type may go as well.
    pub is_text: bool,
}

impl fmt::Display for Loss {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table { name, .. } => write!(formatter, "the table {name}"),
            Self::Columns { table, columns, .. } => {
                let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
                let noun = if names.len() == 1 { "the column" } else { "the columns" };
                write!(formatter, "{noun} {} of {table}", names.join(", "))
            }
            Self::Sequence { name } => write!(formatter, "where the sequence {name} stands"),
            Self::Type { table, column, before, after } => {
                write!(formatter, "what of {table}.{column} does not fit when {before} becomes {after}")
            }
            Self::Rows { table, count: 1 } => write!(formatter, "1 row of {table}"),
            Self::Rows { table, count } => write!(formatter, "{count} rows of {table}"),
        }
    }
}

/// Asked while the step's changes still stand.
pub(super) async fn find(client: &Client, before: &Snapshot) -> Result<Vec<Loss>, MigrateError> {
    let after = Snapshot::read(client).await?;
    let mut losses = Vec::new();
    for (oid, relation) in &before.relations {
        let name = relation.name.clone();
        match (after.relations.contains_key(oid), relation.is_sequence) {
            (true, true) => {}
            (false, true) => losses.push(Loss::Sequence { name }),
            (false, false) => {
                let columns = before.columns_of(*oid).filter(|(_, column)| !column.is_generated);
                losses.push(Loss::Table { name, columns: columns.map(|(_, column)| lost(column)).collect() });
            }
            (true, false) => losses.extend(of_table(*oid, relation, before, &after)),
        }
    }
    losses.extend(rows(client, before, &after).await?);
    Ok(losses)
}

fn of_table(oid: u32, relation: &Relation, before: &Snapshot, after: &Snapshot) -> Vec<Loss> {
    let table = &relation.name;
    let (mut gone, mut losses) = (Vec::new(), Vec::new());
    for (number, column) in before.columns_of(oid).filter(|(_, column)| !column.is_generated) {
        match after.columns.get(&(oid, number)) {
            None => gone.push((number, lost(column))),
            Some(now) if now.kind != column.kind => losses.push(Loss::Type {
                table: table.clone(),
                column: column.name.clone(),
                before: column.kind.clone(),
                after: now.kind.clone(),
            }),
            Some(_) => {}
        }
    }
    if gone.is_empty() {
        return losses;
    }
    let is_gone = |number: &i16| gone.iter().any(|(gone, _)| gone == number);
    let is_whole = !relation.key.is_empty() && !relation.key.iter().any(is_gone);
    let of_key = |number: &i16| before.columns.get(&(oid, *number)).map(lost);
    let key = is_whole.then(|| relation.key.iter().filter_map(of_key).collect());
    let columns = gone.into_iter().map(|(_, column)| column).collect();
    losses.push(Loss::Columns { table: table.clone(), columns, key });
    losses
}

fn lost(column: &Column) -> LostColumn {
    LostColumn { name: column.name.clone(), is_text: !column.is_builtin }
}

/// The server counts what this transaction has deleted.
async fn rows(client: &Client, before: &Snapshot, after: &Snapshot) -> Result<Vec<Loss>, MigrateError> {
    let query = "SELECT relid, n_tup_del FROM pg_stat_xact_all_tables WHERE n_tup_del > 0";
    let mut losses = Vec::new();
    for row in client.query(query, &[]).await? {
        let (oid, count): (u32, i64) = (row.try_get(0)?, row.try_get(1)?);
        if let (Some(relation), true) = (before.relations.get(&oid), after.relations.contains_key(&oid)) {
            losses.push(Loss::Rows { table: relation.name.clone(), count });
        }
    }
    Ok(losses)
}
