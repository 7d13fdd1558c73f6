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

/// What a step takes away, as far as the catalog and the server's counters tell.
pub(super) struct Found {
    pub(super) losses: Vec<Loss>,
    rewritten: Vec<Rewritten>,
}

/// A table whose rows are in another file: all of them, or none when it was emptied.
struct Rewritten {
    table: String,
    /// How many of the rows of before are there.
    kept: i64,
}

impl Found {
    pub(super) fn is_nothing(&self) -> bool {
        self.losses.is_empty() && self.rewritten.is_empty()
    }

    /// Asked when the step was taken back: how many rows there were is counted now.
    pub(super) async fn settled(mut self, client: &Client) -> Result<Vec<Loss>, MigrateError> {
        for Rewritten { table, kept } in self.rewritten {
            let emptied = count(client, &table).await? - kept;
            if emptied <= 0 {
                continue;
            }
            let known = self.losses.iter_mut().find_map(|loss| match loss {
                Loss::Rows { table: known, count } if *known == table => Some(count),
                _ => None,
            });
            match known {
                Some(count) => *count += emptied,
                None => self.losses.push(Loss::Rows { table, count: emptied }),
            }
        }
        Ok(self.losses)
    }
}

/// Asked while the step's changes still stand.
pub(super) async fn find(client: &Client, before: &Snapshot) -> Result<Found, MigrateError> {
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
    let mut rewritten = Vec::new();
    for (oid, relation) in before.relations.iter().filter(|(_, relation)| !relation.is_sequence) {
        let Some(now) = after.relations.get(oid) else { continue };
        let deleted = now.deleted - relation.deleted;
        if deleted > 0 {
            losses.push(Loss::Rows { table: relation.name.clone(), count: deleted });
        }
        if now.file != relation.file {
            let inserted = now.inserted - relation.inserted;
            let kept = count(client, &now.name).await? - inserted + deleted;
            rewritten.push(Rewritten { table: relation.name.clone(), kept });
        }
    }
    Ok(Found { losses, rewritten })
}

async fn count(client: &Client, table: &str) -> Result<i64, MigrateError> {
    let query = format!("SELECT count(*) FROM ONLY {table}");
    Ok(client.query_one(&query, &[]).await?.try_get(0)?)
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
