//! Holds a step to `reversible=lossless`: what it drops may hold nothing, whatever its script looks like.

use tokio_postgres::Client;

use super::{
    as_rehearsed, failed, keep,
    loss::{self, Loss},
    snapshot::Snapshot,
};
use crate::{
    config::mistakes::{Mistake, Mistakes},
    migrate::{failure::MigrateError, run::Running},
};

/// Types of which the one holds every value of the other, or refuses it.
const ALIKE: [&[&str]; 3] = [
    &["smallint", "integer", "bigint"],
    &["text", "character varying"],
    // Only in this order.
    &["real", "double precision"],
];

/// A script that drops nothing is run once.
pub(super) async fn run(client: &Client, running: &Running<'_>) -> Result<(), MigrateError> {
    let before = Snapshot::read(client).await?;
    client.batch_execute("SAVEPOINT promise").await?;
    running.script(client).await?;
    let found = loss::find(client, &before).await?;
    if found.is_nothing() {
        return Ok(client.batch_execute("RELEASE SAVEPOINT promise").await?);
    }
    client.batch_execute("ROLLBACK TO SAVEPOINT promise; RELEASE SAVEPOINT promise").await?;
    let losses = found.settled(client).await?;
    // What holds nothing now must not be given anything before it is dropped.
    keep::lock(client, running.migration, &losses).await?;
    let mut mistakes = Mistakes::default();
    for loss in &losses {
        if holds(client, running, loss).await? {
            let what = format!("would lose {loss}, and `reversible=lossless` keeps no copy");
            let remedy = "say `reversible=archive`, which keeps what is dropped, or `reversible=lossy`";
            mistakes.push(Mistake::in_file(&running.migration.script(running.direction).path, what, remedy));
        }
    }
    mistakes.into_result(()).map_err(MigrateError::Refused)?;
    running.script(client).await?;
    as_rehearsed(client, running, &before, &losses).await
}

/// Whether anything would be missed.
async fn holds(client: &Client, running: &Running<'_>, loss: &Loss) -> Result<bool, MigrateError> {
    let query = match loss {
        Loss::Table { name, .. } => format!("SELECT EXISTS (SELECT FROM ONLY {name})"),
        Loss::Columns { table, columns, .. } => {
            let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
            format!("SELECT EXISTS (SELECT FROM ONLY {table} WHERE num_nonnulls({}) > 0)", names.join(", "))
        }
        Loss::Sequence { name } => format!("SELECT is_called FROM {name}"),
        Loss::Type { before, after, .. } => return Ok(!fits(before, after)),
        Loss::Rows { .. } => return Ok(true),
    };
    let row = client.query_one(&query, &[]).await;
    let row = row.map_err(failed(running.migration, || format!("looking at {loss}")))?;
    Ok(row.try_get(0)?)
}

/// PostgreSQL refuses a number or a text that is too long for its new type.
fn fits(before: &str, after: &str) -> bool {
    let base = |kind: &str| kind.split('(').next().unwrap_or_default().to_owned();
    let (before, after) = (base(before), base(after));
    ALIKE.iter().any(|alike| {
        let place = |kind: &str| alike.iter().position(|name| *name == kind);
        match (place(&before), place(&after)) {
            (Some(from), Some(to)) => alike[0] != "real" || from <= to,
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_fits_when_no_value_is_changed() {
        for (before, after, expected) in [
            ("integer", "bigint", true),
            ("bigint", "integer", true),
            ("character varying(20)", "text", true),
            ("text", "character varying(20)", true),
            ("real", "double precision", true),
            ("double precision", "real", false),
            ("double precision", "integer", false),
            ("numeric(10,4)", "numeric(10,2)", false),
            ("text", "integer", false),
            ("timestamp with time zone", "date", false),
        ] {
            assert_eq!(fits(before, after), expected, "{before} to {after}");
        }
    }
}
