//! Looks at rows: at most ten thousand of a table, of which numbers remain.

use tokio_postgres::types::Type;

use super::{
    catalog::{Column, Table},
    explorer::{Explorer, InspectError, read},
    forms::Forms,
};
use crate::auth::users::{quoted, table as sql_table};

pub(super) const MOST_ROWS: u32 = 10_000;

/// Enough to know hashes from other texts.
const FEW_ROWS: u32 = 200;

/// Above this the sample is drawn from the whole table, because the first rows of a large one are its oldest.
const LARGE: f64 = 20_000.0;

/// Above this nobody waits until all of a table is grouped.
const TOO_LARGE: f64 = 5_000_000.0;

/// Of a sample: how many rows, and how many of them meet each condition.
pub(super) struct Counted {
    pub(super) rows: i64,
    pub(super) counts: Vec<i64>,
}

fn source(table: &Table, most: u32) -> String {
    let name = sql_table(&table.name);
    if table.rows <= LARGE || most < MOST_ROWS {
        return format!("{name} u LIMIT {most}");
    }
    // A little more than is asked for, so that the limit decides.
    let percent = (120.0 * f64::from(most) / table.rows).min(100.0);
    format!("{name} u TABLESAMPLE SYSTEM ({percent:.6}) LIMIT {most}")
}

/// What the texts of a column that may hold hashes look like.
pub(super) async fn glance(
    explorer: &Explorer<'_>,
    table: &Table,
    column: &Column,
) -> Result<Forms, InspectError> {
    Ok(forms(explorer, table, column, None, FEW_ROWS).await?.0)
}

/// Of the hashes, and how many salts beside them are texts that bcrypt makes.
pub(super) async fn passwords(
    explorer: &Explorer<'_>,
    table: &Table,
    column: &Column,
    salt: Option<&Column>,
) -> Result<(Forms, usize), InspectError> {
    forms(explorer, table, column, salt, MOST_ROWS).await
}

async fn forms(
    explorer: &Explorer<'_>,
    table: &Table,
    column: &Column,
    salt: Option<&Column>,
    most: u32,
) -> Result<(Forms, usize), InspectError> {
    let salt =
        salt.map_or_else(|| "NULL".to_owned(), |salt| format!("left({}::text, 64)", quoted(&salt.name)));
    let sql = format!(
        "SELECT left({}::text, 512) AS hash, {salt} AS salt FROM {}",
        quoted(&column.name),
        source(table, most)
    );
    let (mut forms, mut salts) = (Forms::default(), 0);
    for row in explorer.ask(&sql, &[]).await? {
        forms.add(read(&row, "hash")?);
        let salt: Option<&str> = read(&row, "salt")?;
        salts += usize::from(salt.is_some_and(|salt| salt.len() == 29 && salt.starts_with("$2")));
    }
    Ok((forms, salts))
}

/// How many rows of the sample meet each of these conditions, which name columns in quotes and constants of ours.
pub(super) async fn count(
    explorer: &Explorer<'_>,
    table: &Table,
    conditions: &[String],
) -> Result<Counted, InspectError> {
    let counts: Vec<_> =
        conditions.iter().map(|condition| format!("count(*) FILTER (WHERE {condition})")).collect();
    let counts = counts.join(", ");
    let sql = format!(
        "SELECT count(*) AS rows, ARRAY[{counts}]::bigint[] AS counts FROM (SELECT * FROM {}) u",
        source(table, MOST_ROWS)
    );
    let rows = explorer.ask(&sql, &[]).await?;
    let none = Counted { rows: 0, counts: vec![0; conditions.len()] };
    let counted = |row| Ok(Counted { rows: read(row, "rows")?, counts: read(row, "counts")? });
    rows.first().map_or(Ok(none), counted)
}

/// How many values of a column belong to several rows when they are compared in lower case; nothing where counting would
/// take too long.
pub(super) async fn duplicates(
    explorer: &Explorer<'_>,
    table: &Table,
    column: &Column,
) -> Result<Option<i64>, InspectError> {
    if table.rows > TOO_LARGE {
        return Ok(None);
    }
    let (name, column) = (sql_table(&table.name), quoted(&column.name));
    let sql = format!(
        "SELECT count(*) AS duplicates FROM (SELECT FROM {name} WHERE {column} IS NOT NULL \
         GROUP BY lower({column}) HAVING count(*) > 1) several"
    );
    let Some(rows) = explorer.ask_if_quick(&sql).await? else { return Ok(None) };
    rows.first().map(|row| read(row, "duplicates")).transpose()
}

/// Whether some row has this value, which comes as text, in a column of this type.
pub(super) async fn holds(
    explorer: &Explorer<'_>,
    table: &Table,
    column: &Column,
    value: &str,
) -> Result<bool, InspectError> {
    let cast = match column.base.as_str() {
        "int2" | "int4" => "::int",
        "int8" => "::bigint",
        "uuid" => "::uuid",
        _ => "",
    };
    let sql = format!(
        "SELECT EXISTS(SELECT FROM {} u WHERE u.{} = $1::text{cast}) AS found",
        sql_table(&table.name),
        quoted(&column.name)
    );
    let rows = explorer.ask(&sql, &[(&value, Type::TEXT)]).await?;
    rows.first().map_or(Ok(false), |row| read(row, "found"))
}
