//! Applies one migration: refinery decides that it is due and writes its history, in a transaction that is ours.

use std::time::Instant;

use refinery::{Runner, Target};
// Not among what refinery gives on: by these its transaction becomes ours.
use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use tokio::time::sleep;

use super::{
    archive,
    baseline::Before,
    boundary::Boundary,
    failure::MigrateError,
    file::{Direction, Migration},
    folder::Folder,
    history::{self, HISTORY},
    retry::Retry,
    run::Running,
    session::{LOCK_TIMEOUT, Session},
    steps,
    watch::{Event, Watch},
};

pub(super) async fn apply(
    session: &mut Session,
    folder: &Folder,
    migration: &Migration,
    watch: Watch<'_>,
) -> Result<(), MigrateError> {
    let began = Instant::now();
    let direction = Direction::Up;
    watch(Event::Began { migration, direction });
    let is_transactional = migration.up.is_transactional;
    if !is_transactional {
        steps::run(session, migration, direction, watch).await?;
    }
    let all = folder.migrations.iter().map(unapplied).collect::<Result<Vec<_>, _>>()?;
    let target = if is_transactional {
        Target::Version(migration.version)
    } else {
        Target::FakeVersion(migration.version)
    };
    let mut runner = Runner::new(&all).set_target(target);
    runner.set_migration_table_name(HISTORY);
    let mut stage = Stage { session, migration, watch, error: None };
    let ended = runner.run_async(&mut stage).await;
    if let Some(error) = stage.error {
        return Err(error);
    }
    ended.map_err(|error| MigrateError::History(error.to_string()))?;
    watch(Event::Ended { migration, direction, took: began.elapsed() });
    Ok(())
}

/// As refinery knows it: its checksum is over number, name and text.
pub(super) fn unapplied(migration: &Migration) -> Result<refinery::Migration, MigrateError> {
    refinery::Migration::unapplied(&migration.stem(), &migration.up.sql)
        .map_err(|error| MigrateError::History(error.to_string()))
}

/// What refinery has for a connection.
struct Stage<'a> {
    session: &'a mut Session,
    migration: &'a Migration,
    watch: Watch<'a>,
    /// Why it stopped: refinery would tell it as text.
    error: Option<MigrateError>,
}

#[derive(Debug, thiserror::Error)]
#[error("stopped")]
struct Stopped;

impl Stage<'_> {
    async fn attempt(&mut self, queries: &[&str]) -> Result<(), MigrateError> {
        let mut retry = Retry::default();
        loop {
            match self.once(queries).await {
                Err(MigrateError::InUse { stem, .. }) => {
                    self.session.roll_back().await;
                    let Some(after) = retry.next() else {
                        return Err(MigrateError::InUse { stem, tries: retry.tries() });
                    };
                    (self.watch)(Event::Retrying { migration: self.migration, after });
                    sleep(after).await;
                }
                Err(error) => {
                    self.session.roll_back().await;
                    return Err(error);
                }
                Ok(()) => return Ok(()),
            }
        }
    }

    /// The history's row stands in the queries exactly when they apply the migration.
    async fn once(&self, queries: &[&str]) -> Result<(), MigrateError> {
        let client = self.session.client();
        self.session.begin(LOCK_TIMEOUT).await?;
        // refinery may begin more than one transaction: what was read before all of them is kept.
        let of_catalog = |error| MigrateError::of_catalog(error, self.migration);
        let before = Before::read(client).await.map_err(of_catalog)?;
        let running = Running { migration: self.migration, direction: Direction::Up };
        let boundary = Boundary::mark(client).await?;
        for query in queries {
            if *query == self.migration.up.sql {
                archive::run(client, &running).await?;
            } else {
                client.batch_execute(query).await?;
            }
        }
        if queries.iter().any(|query| query.starts_with("INSERT INTO")) {
            history::remember(client, self.migration).await?;
            before.record(client).await.map_err(of_catalog)?;
        }
        boundary.keep(client, &running).await?;
        running.commit(client).await
    }
}

impl AsyncTransaction for Stage<'_> {
    type Error = Stopped;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(
        &mut self,
        queries: T,
    ) -> Result<usize, Stopped> {
        let queries: Vec<_> = queries.collect();
        match self.attempt(&queries).await {
            Ok(()) => Ok(queries.len()),
            Err(error) => {
                self.error = Some(error);
                Err(Stopped)
            }
        }
    }
}

impl AsyncQuery<Vec<refinery::Migration>> for Stage<'_> {
    /// Rows that refinery could not read were refused before.
    async fn query(&mut self, query: &str) -> Result<Vec<refinery::Migration>, Stopped> {
        AsyncQuery::query(self.session.client_mut(), query).await.map_err(|error| {
            self.error = Some(error.into());
            Stopped
        })
    }
}

impl AsyncMigrate for Stage<'_> {}
