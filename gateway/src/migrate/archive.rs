//! Holds a step to what it promises to lose: it keeps what is dropped, and brings it back with the step the other way.
//!
//! What a step drops is not read from its SQL: the step is rehearsed behind a savepoint and the catalog is compared,
//! so that nothing is missed that a function, a `CASCADE` or a `DO` block drops.

mod aside;
mod beside;
mod content;
mod keep;
mod loss;
mod lossless;
mod restore;
mod snapshot;
mod stranger;

use tokio_postgres::Client;

use super::{
    failure::{MigrateError, is_in_use},
    file::{Direction, Migration},
    header::Reversible,
    run::Running,
};
use crate::config::mistakes::{Mistake, Mistakes};
pub use loss::Loss;
use snapshot::Snapshot;
pub(super) use stranger::strangers;

/// Runs the script within the step's transaction, and refuses where it would lose more than it says.
pub(super) async fn run(client: &Client, running: &Running<'_>) -> Result<(), MigrateError> {
    match running.migration.header.reversible {
        Reversible::Lossy => running.script(client).await,
        Reversible::Lossless => lossless::run(client, running).await,
        Reversible::Archive => archived(client, running).await,
    }
}

async fn archived(client: &Client, running: &Running<'_>) -> Result<(), MigrateError> {
    let before = Snapshot::read(client).await?;
    let losses = rehearse(client, running, &before).await?;
    keep::keep(client, running, &losses).await?;
    running.script(client).await?;
    as_rehearsed(client, running, &before, &losses).await?;
    restore::restore(client, running, &before).await
}

/// What the step would drop, found by running it and taking it back.
async fn rehearse(
    client: &Client,
    running: &Running<'_>,
    before: &Snapshot,
) -> Result<Vec<Loss>, MigrateError> {
    client.batch_execute("SAVEPOINT rehearsal").await?;
    running.script(client).await?;
    let found = loss::find(client, before).await?;
    client.batch_execute("ROLLBACK TO SAVEPOINT rehearsal; RELEASE SAVEPOINT rehearsal").await?;
    found.settled(client).await
}

/// A script may do something else the second time.
async fn as_rehearsed(
    client: &Client,
    running: &Running<'_>,
    before: &Snapshot,
    rehearsed: &[Loss],
) -> Result<(), MigrateError> {
    let found = loss::find(client, before).await?;
    let mut mistakes = Mistakes::default();
    for loss in found.losses.iter().filter(|loss| !rehearsed.contains(loss)) {
        let what = format!("would lose {loss}, which it did not when it was tried out");
        let path = &running.migration.script(running.direction).path;
        mistakes.push(Mistake::in_file(path, what, "write a script that does the same each time it is run"));
    }
    mistakes.into_result(()).map_err(MigrateError::Refused)
}

/// What these ways down, run one after the other, would drop. Nothing of it stays.
pub async fn losses(
    client: &Client,
    migrations: &[&Migration],
) -> Result<Vec<(String, Vec<Loss>)>, MigrateError> {
    client.batch_execute("BEGIN; SET LOCAL row_security = off").await?;
    let found = find(client, migrations).await;
    client.batch_execute("ROLLBACK").await?;
    found
}

async fn find(client: &Client, migrations: &[&Migration]) -> Result<Vec<(String, Vec<Loss>)>, MigrateError> {
    let mut found = Vec::new();
    for migration in migrations.iter().take_while(|migration| migration.down.is_transactional) {
        let running = Running { migration, direction: Direction::Down };
        let before = Snapshot::read(client).await?;
        found.push((migration.stem(), rehearse(client, &running, &before).await?));
        running.script(client).await?;
    }
    Ok(found)
}

/// Says beside the server's answer what was being done; a table that is in use is tried again.
fn failed(
    migration: &Migration,
    doing: impl FnOnce() -> String,
) -> impl FnOnce(tokio_postgres::Error) -> MigrateError {
    move |error| {
        let stem = migration.stem();
        if is_in_use(&error) {
            return MigrateError::InUse { stem, tries: 1 };
        }
        match MigrateError::from(error) {
            MigrateError::Asking(error) => MigrateError::Copying { stem, doing: doing(), error },
            other => other,
        }
    }
}
