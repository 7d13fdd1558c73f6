//! Keeps what a step drops, and brings it back with the step the other way: in the transaction of the step itself.
//!
//! What a step drops is not read from its SQL: the step is rehearsed behind a savepoint and the catalog is compared,
//! so that nothing is missed that a function, a `CASCADE` or a `DO` block drops.

mod keep;
mod loss;
mod restore;
mod snapshot;

use tokio_postgres::Client;

use super::{
    failure::MigrateError,
    file::{Direction, Migration},
    run::Running,
};
pub use loss::Loss;
use snapshot::Snapshot;

/// A step of a migration that promises `reversible=archive`, begun.
pub(super) struct Archive<'a> {
    migration: &'a Migration,
    direction: Direction,
    before: Snapshot,
}

impl<'a> Archive<'a> {
    /// Within the step's transaction, before anything of it has run.
    pub(super) async fn begin(client: &Client, running: &Running<'a>) -> Result<Self, MigrateError> {
        let before = Snapshot::read(client).await?;
        let losses = rehearse(client, running, &before).await?;
        keep::keep(client, running.migration, running.direction, &losses).await?;
        Ok(Self { migration: running.migration, direction: running.direction, before })
    }

    /// After all of it has run.
    pub(super) async fn restore(&self, client: &Client) -> Result<(), MigrateError> {
        restore::restore(client, self.migration, self.direction, &self.before).await
    }
}

/// What the step would drop, found by running it and taking it back.
pub(super) async fn rehearse(
    client: &Client,
    running: &Running<'_>,
    before: &Snapshot,
) -> Result<Vec<Loss>, MigrateError> {
    client.batch_execute("SAVEPOINT rehearsal").await?;
    running.script(client).await?;
    let losses = loss::find(client, before).await;
    client.batch_execute("ROLLBACK TO SAVEPOINT rehearsal; RELEASE SAVEPOINT rehearsal").await?;
    losses
}

/// What these ways down, run one after the other, would drop. Nothing of it stays.
pub async fn losses(
    client: &Client,
    migrations: &[&Migration],
) -> Result<Vec<(String, Vec<Loss>)>, MigrateError> {
    client.batch_execute("BEGIN").await?;
    let found = find(client, migrations).await;
    client.batch_execute("ROLLBACK").await?;
    found
}

async fn find(client: &Client, migrations: &[&Migration]) -> Result<Vec<(String, Vec<Loss>)>, MigrateError> {
    let mut found = Vec::new();
    for migration in migrations.iter().take_while(|migration| migration.down.is_transactional) {
        let before = Snapshot::read(client).await?;
        Running { migration, direction: Direction::Down }.script(client).await?;
        found.push((migration.stem(), loss::find(client, &before).await?));
    }
    Ok(found)
}
