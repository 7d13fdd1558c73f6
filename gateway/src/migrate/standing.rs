//! How a database and a folder of migrations stand to each other: what is applied, what is due, what is in the way.

use tokio_postgres::Client;

use super::{
    alembic::{self, Revision},
    baseline::{self, Ownership},
    conflict,
    drift::{self, Drift},
    failure::MigrateError,
    file::{Direction, Migration},
    folder::Folder,
    history::History,
    namesake, occupied,
};
use crate::config::mistakes::Mistakes;

#[derive(Debug)]
pub struct Standing {
    pub history: History,
    pub ownership: Ownership,
    pub revision: Revision,
    /// What keeps every migration from running; `up` has more conditions.
    pub conflicts: Mistakes,
}

impl Standing {
    /// Changes nothing in the database.
    pub async fn read(client: &Client, folder: &Folder) -> Result<Self, MigrateError> {
        match Self::look(client, folder).await {
            Ok(standing) => Ok(standing),
            Err(error) => Err(occupied::explain(client, error).await),
        }
    }

    async fn look(client: &Client, folder: &Folder) -> Result<Self, MigrateError> {
        let history = History::read(client).await?;
        let ownership = baseline::ownership(client).await.map_err(MigrateError::Catalog)?;
        let revision = alembic::revision(client).await.map_err(MigrateError::Catalog)?;
        let mut conflicts = conflict::of_history(folder, &history);
        if let Some(mistake) = namesake::find(client).await? {
            conflicts.push(mistake);
        }
        conflict::of_alembic(&ownership, &revision, &mut conflicts);
        Ok(Self { history, ownership, revision, conflicts })
    }

    pub fn pending<'f>(&self, folder: &'f Folder) -> impl Iterator<Item = &'f Migration> {
        folder.migrations.iter().filter(|migration| !self.history.has(migration.version))
    }

    /// A newer release has migrated, and nothing else is in the way: there is nothing for this one to do.
    pub fn is_only_ahead(&self, folder: &Folder) -> bool {
        let newer = self.history.applied.iter().filter(|applied| folder.find(applied.version).is_none());
        conflict::is_only_ahead(folder, &self.history) && self.conflicts.len() == newer.count()
    }

    /// A step that was begun and is in no history.
    pub fn unfinished(&self) -> Option<(i32, Direction)> {
        self.history.steps.first().map(|step| (step.version, step.direction))
    }

    /// Everything that keeps these from being applied, at once.
    pub fn refuse_up<'f>(&self, due: impl IntoIterator<Item = &'f Migration>) -> Mistakes {
        let mut mistakes = self.conflicts.clone();
        conflict::of_unfinished(&self.history, Direction::Up, &mut mistakes);
        let due: Vec<_> = due.into_iter().collect();
        for migration in &due {
            conflict::of_control(migration, &mut mistakes);
            conflict::of_ownership(migration, &self.ownership, &mut mistakes);
        }
        conflict::of_revision(&due, &self.ownership, &self.revision, &mut mistakes);
        mistakes
    }

    pub fn refuse_down(&self) -> Mistakes {
        let mut mistakes = self.conflicts.clone();
        conflict::of_unfinished(&self.history, Direction::Down, &mut mistakes);
        mistakes
    }

    /// What somebody else has changed since the schema was taken over.
    pub async fn drift(client: &Client) -> Result<Vec<Drift>, MigrateError> {
        match drift::find(client).await {
            Ok(drift) => Ok(drift),
            Err(error) => Err(occupied::explain(client, MigrateError::Catalog(error)).await),
        }
    }
}
