//! Brings back what the step the other way had dropped, and drops the copies, all in the transaction of this step.

use tokio_postgres::Client;

use super::{aside::Aside, beside::Changes, content::Content, failed, snapshot::Snapshot};
use crate::{
    config::mistakes::{Mistake, Mistakes},
    migrate::{failure::MigrateError, file::Direction, run::Running},
};

pub(super) async fn restore(
    client: &Client,
    running: &Running<'_>,
    before: &Snapshot,
) -> Result<(), MigrateError> {
    let query = "SELECT to_regclass('gateway_archive.content') IS NOT NULL";
    if !client.query_one(query, &[]).await?.try_get::<_, bool>(0)? {
        return Ok(());
    }
    let opposite = match running.direction {
        Direction::Up => Direction::Down,
        Direction::Down => Direction::Up,
    };
    // A column may name rows of a table that comes back as well.
    let query = "SELECT kind, relation, archive, columns, key, as_text, last_value, is_called
        FROM gateway_archive.content WHERE version = $1 AND dropped_by = $2 ORDER BY kind = 'columns', number";
    let version = running.migration.version;
    let rows = client.query(query, &[&version, &opposite.name()]).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let content = rows.iter().map(Content::of).collect::<Result<Vec<_>, _>>()?;
    let after = Snapshot::read(client).await?;
    refuse(running, &content, before, &after)?;
    // The script may have said otherwise for itself.
    client.batch_execute("SET LOCAL row_security = off").await?;
    fill(client, running, &content, before, &after).await?;
    let query = "DELETE FROM gateway_archive.content WHERE version = $1 AND dropped_by = $2";
    client.execute(query, &[&version, &opposite.name()]).await?;
    Ok(())
}

async fn fill(
    client: &Client,
    running: &Running<'_>,
    content: &[Content],
    before: &Snapshot,
    after: &Snapshot,
) -> Result<(), MigrateError> {
    let migration = running.migration;
    let relations: Vec<_> = content.iter().map(|content| content.relation.as_str()).collect();
    let aside = Aside::set(client, &relations, before, after).await?;
    let (counted, mut asked) = (Changes::read(client).await?, Changes::default());
    for content in content {
        let doing = || format!("bringing back {}", content.told());
        content.bring_back(client, after, &aside, &mut asked).await.map_err(failed(migration, doing))?;
    }
    for content in content {
        let doing = || format!("removing what is not in the copy of {}", content.told());
        content.clear(client, after, &aside, &mut asked).await.map_err(failed(migration, doing))?;
    }
    let doing = || "checking what was brought back".to_owned();
    aside.end(client).await.map_err(failed(migration, doing))?;
    counted.only(&asked, client, running).await?;
    for archive in content.iter().filter_map(|content| content.archive.as_ref()) {
        client.batch_execute(&format!("DROP TABLE {archive}")).await?;
    }
    Ok(())
}

/// A copy that has nowhere to go stays, and so does everything else.
fn refuse(
    running: &Running<'_>,
    content: &[Content],
    before: &Snapshot,
    after: &Snapshot,
) -> Result<(), MigrateError> {
    let mut mistakes = Mistakes::default();
    let path = &running.migration.script(running.direction).path;
    for content in content.iter().filter(|content| content.archive.is_some()) {
        let (relation, archive) = (&content.relation, content.archive.as_deref().unwrap_or_default());
        let needed = content.columns.iter().chain(&content.key);
        let missing: Vec<_> = needed
            .filter(|column| content.kind_of(column, after).is_none())
            .map(|column| format!("{relation}.{column}"))
            .collect();
        let what = if content.is_table && before.find(relation).is_some() {
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
