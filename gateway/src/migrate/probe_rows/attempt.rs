//! Tries to write a row until the database lets one in, learning from what each refusal names.

use std::{future::Future, pin::Pin};

use anyhow::Context;
use tokio_postgres::{Client, Row, error::DbError};

use super::{
    slot::{Slot, advance},
    table::{Column, Parent, Table},
    value,
};

const ATTEMPTS: usize = 60;
/// How many parents are tried for one child.
const PARENTS: i64 = 20;
/// A parent may need a parent; a circle of them must end.
const DEEPEST: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filled {
    Wholly,
    /// Only what a row cannot be without.
    Sparsely,
}

pub(super) enum Outcome {
    Written {
        rows: usize,
    },
    /// The server's last words.
    Refused(String),
}

type Inserted<'a> = Pin<Box<dyn Future<Output = anyhow::Result<Outcome>> + Send + 'a>>;

/// Also the parents that the row needs and that are not there. A circle of futures must be boxed somewhere.
pub(super) fn insert<'a>(
    client: &'a Client,
    table: &'a Table,
    filled: Filled,
    number: usize,
    depth: usize,
) -> Inserted<'a> {
    Box::pin(async move {
        let (mut slots, mut rows) = (Vec::new(), 0);
        for parent in &table.parents {
            if let Some(slot) = child(client, table, parent, filled, number, depth, &mut rows).await? {
                slots.push(slot);
            }
        }
        let is_free =
            |column: &&Column| !table.parents.iter().any(|parent| parent.columns.contains(&column.name));
        let is_wanted = |column: &&Column| match filled {
            Filled::Wholly => !column.is_given,
            Filled::Sparsely => !column.is_given && column.is_required && !column.has_default,
        };
        slots.extend(
            table
                .columns
                .iter()
                .filter(is_free)
                .filter(is_wanted)
                .filter_map(|column| slot(column, number + 1)),
        );
        let statement = |slots: &[Slot]| {
            let (columns, values): (Vec<_>, Vec<_>) = slots
                .iter()
                .flat_map(Slot::values)
                .map(|(column, value)| (column.as_str(), value.as_str()))
                .unzip();
            let row = match columns.is_empty() {
                true => "DEFAULT VALUES".to_owned(),
                false => format!("({}) VALUES ({})", columns.join(", "), values.join(", ")),
            };
            format!("INSERT INTO {} {row}", table.name)
        };
        Ok(match attempt(client, table, slots, statement).await? {
            Ok(written) => Outcome::Written { rows: rows + written },
            Err(refusal) => Outcome::Refused(refusal),
        })
    })
}

/// Sets the columns for which `fresh` holds in one row, the oldest; in an empty table there is none.
pub(super) async fn update(
    client: &Client,
    table: &Table,
    fresh: &impl Fn(&str) -> bool,
    number: usize,
) -> anyhow::Result<Outcome> {
    let is_new = |column: &&Column| !column.is_given && fresh(&column.name);
    let free = |column: &&Column| !table.parents.iter().any(|parent| parent.columns.contains(&column.name));
    let mut slots: Vec<_> = table
        .columns
        .iter()
        .filter(is_new)
        .filter(free)
        .filter_map(|column| slot(column, number + 1))
        .collect();
    for parent in table.parents.iter().filter(|parent| parent.columns.iter().all(|column| fresh(column))) {
        slots.extend(child(client, table, parent, Filled::Wholly, number, DEEPEST, &mut 0).await?);
    }
    if slots.is_empty() {
        return Ok(Outcome::Written { rows: 0 });
    }
    let statement = |slots: &[Slot]| {
        let values: Vec<_> = slots
            .iter()
            .flat_map(Slot::values)
            .map(|(column, value)| format!("{column} = {value}"))
            .collect();
        format!("UPDATE {0} SET {1} WHERE ctid = (SELECT min(ctid) FROM {0})", table.name, values.join(", "))
    };
    Ok(match attempt(client, table, slots, statement).await? {
        Ok(rows) => Outcome::Written { rows },
        Err(refusal) => Outcome::Refused(refusal),
    })
}

fn slot(column: &Column, number: usize) -> Option<Slot> {
    let candidates: Vec<_> = value::candidates(column, number).into_iter().map(|value| vec![value]).collect();
    (!candidates.is_empty()).then(|| Slot { columns: vec![column.name.clone()], candidates, chosen: 0 })
}

/// The keys of parents that are there; one is made where none is and the row cannot be without.
async fn child(
    client: &Client,
    table: &Table,
    parent: &Parent,
    filled: Filled,
    number: usize,
    depth: usize,
    rows: &mut usize,
) -> anyhow::Result<Option<Slot>> {
    let of = |name: &String| table.columns.iter().find(|column| column.name == *name);
    let is_required =
        parent.columns.iter().filter_map(of).any(|column| column.is_required && !column.has_default);
    if filled == Filled::Sparsely && !is_required {
        return Ok(None);
    }
    let mut keys = keys(client, parent).await?;
    if keys.is_empty() && is_required && depth < DEEPEST && parent.table != table.name {
        let made = Table::read(client, &parent.table).await.context("read a parent")?;
        if let Outcome::Written { rows: more } =
            insert(client, &made, Filled::Wholly, number, depth + 1).await?
        {
            *rows += more;
            keys = self::keys(client, parent).await?;
        }
    }
    let slot = |candidates| Slot { columns: parent.columns.clone(), candidates, chosen: 0 };
    Ok((!keys.is_empty()).then(|| slot(keys)))
}

async fn keys(client: &Client, parent: &Parent) -> anyhow::Result<Vec<Vec<String>>> {
    let values: Vec<_> =
        parent.table_columns.iter().map(|column| format!("quote_literal({column}::text)")).collect();
    let query = format!("SELECT {} FROM {} ORDER BY 1 LIMIT $1", values.join(", "), parent.table);
    let rows = client.query(&query, &[&PARENTS]).await.with_context(|| format!("read `{}`", parent.table))?;
    let text = |row: &Row| {
        (0..row.len()).map(|place| row.get::<_, Option<String>>(place)).collect::<Option<Vec<_>>>()
    };
    Ok(rows.iter().filter_map(text).collect())
}

/// Each try is a transaction of its own: what is refused leaves nothing behind.
async fn attempt(
    client: &Client,
    table: &Table,
    mut slots: Vec<Slot>,
    statement: impl Fn(&[Slot]) -> String,
) -> anyhow::Result<Result<usize, String>> {
    let mut refusal = String::new();
    for _ in 0..ATTEMPTS {
        match client.execute(&statement(&slots), &[]).await {
            Ok(rows) => return Ok(Ok(usize::try_from(rows)?)),
            Err(error) => {
                // A lost connection is no refusal.
                let Some(answer) = error.as_db_error() else {
                    return Err(error).with_context(|| format!("write into `{}`", table.name));
                };
                let offended = offended(answer, table);
                answer.message().clone_into(&mut refusal);
                if !advance(&mut slots, &offended) {
                    break;
                }
            }
        }
    }
    Ok(Err(refusal))
}

/// The columns that a refusal names.
fn offended(answer: &DbError, table: &Table) -> Vec<String> {
    let of_rule =
        |name: &str| table.rules.iter().find(|rule| rule.name == name).map(|rule| rule.columns.clone());
    let columns = answer.constraint().and_then(of_rule);
    columns.or_else(|| answer.column().map(|column| vec![column.to_owned()])).unwrap_or_default()
}
