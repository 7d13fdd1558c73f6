//! What would happen: each due step with its statements, the locks they take and how many rows are under them.

use tokio_postgres::Client;

use super::{
    failure::MigrateError,
    file::{Direction, Migration},
    statement::{Kind, Lock, ObjectName, Statement},
    statements,
};
use crate::config::mistakes::{Mistake, Place};

#[derive(Debug)]
pub struct PlannedStatement {
    pub line: usize,
    pub sql: String,
    pub lock: Option<Lock>,
    /// Why its locks are not known: where the script is no SQL that our parser reads, and what it found there.
    pub unread: Option<String>,
    /// The tables that it names and that are there, with the server's own estimate of their rows.
    pub tables: Vec<(String, Option<i64>)>,
}

/// Takes no lock itself. A script that cannot be read is one statement of which nothing is known.
pub async fn statements(
    client: &Client,
    migration: &Migration,
    direction: Direction,
) -> Result<Vec<PlannedStatement>, MigrateError> {
    let script = migration.script(direction);
    let read = match statements::read(script) {
        Ok(read) => read,
        Err(mistakes) => {
            let unread = mistakes.iter().next().map(told);
            let sql = script.sql.clone();
            return Ok(vec![PlannedStatement { line: 1, sql, lock: None, unread, tables: Vec::new() }]);
        }
    };
    let mut planned = Vec::new();
    for statement in read {
        let tables = tables(client, &statement).await?;
        let lock = statement.lock();
        planned.push(PlannedStatement {
            line: statement.line,
            sql: statement.sql,
            lock,
            unread: None,
            tables,
        });
    }
    Ok(planned)
}

fn told(mistake: &Mistake) -> String {
    match &mistake.place {
        Place::File { position: Some(position), .. } => format!("line {}: {}", position.line, mistake.what),
        Place::File { position: None, .. } | Place::Variable(_) => mistake.what.clone(),
    }
}

async fn tables(client: &Client, statement: &Statement) -> Result<Vec<(String, Option<i64>)>, MigrateError> {
    let mut tables = Vec::new();
    for name in statement.touches().iter().filter(|name| name.kind == Kind::Relation) {
        if let Some(rows) = rows(client, name).await? {
            tables.push((format!("{}.{}", name.home(), name.name), rows));
        }
    }
    Ok(tables)
}

/// A table that was never analysed has no estimate.
async fn rows(client: &Client, name: &ObjectName) -> Result<Option<Option<i64>>, MigrateError> {
    let query =
        "SELECT nullif(c.reltuples, -1)::int8 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'm')";
    let row = client.query_opt(query, &[&name.home(), &name.name]).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}
