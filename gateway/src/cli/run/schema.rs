//! What `run` does for the schema: with `--migrate` it is brought up to date before anything is served; then it is
//! watched until it is not too old.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::runtime::Builder;
use tracing::{info, warn};

use crate::{
    admin::{self, Observed, SchemaWatch},
    db::url::DatabaseUrl,
    host::Host,
    migrate::{
        engine::Engine, failure::MigrateError, folder::Folder, lock::Patience, session::Session,
        standing::Standing, watch::Event,
    },
};

/// For a replica that does the work, with every try that a step in use may take. Whoever has the lock is alive: it ends
/// with its session.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

const TELL_EVERY: Duration = Duration::from_secs(30);

pub(super) struct Schema {
    /// Nothing where it cannot be read; that was told.
    pub(super) folder: Option<Folder>,
    pub(super) migrates_first: bool,
}

impl Schema {
    /// Of two that start together one waits for the other, and finds nothing to do.
    pub(super) fn prepare(&self, url: &DatabaseUrl) -> anyhow::Result<()> {
        let Some(folder) = self.folder.as_ref().filter(|_| self.migrates_first) else { return Ok(()) };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(bring_up(folder, url))?)
    }

    /// Before anybody has looked.
    pub(super) fn unseen(&self) -> Arc<admin::Schema> {
        Arc::new(admin::Schema::new(self.newest()))
    }

    fn newest(&self) -> Option<i32> {
        self.folder.as_ref().and_then(Folder::newest)
    }

    /// Where requests go: a pooler between here and the schema does no harm.
    pub(super) fn watch(&self, host: &mut Host, pooled: &DatabaseUrl, observed: &Observed) {
        let Some(newest) = self.newest() else { return };
        let (database, schema) = (observed.database.clone(), Arc::clone(&observed.schema));
        let watch = SchemaWatch { url: pooled.clone(), database, newest, schema };
        host.until_done("version of the schema", watch);
    }
}

async fn bring_up(folder: &Folder, url: &DatabaseUrl) -> Result<(), MigrateError> {
    let told = Mutex::new(None);
    let watch = |event: Event<'_>| see(event, &told);
    let engine = Engine { url, folder, patience: Patience::of(PATIENCE), watch: &watch };
    match engine.up(None).await {
        Ok(changed) => {
            let newest = changed.newest.unwrap_or(0);
            info!("schema ready: {} applied, the database is at V{newest:04}", changed.stems.len());
            Ok(())
        }
        Err(MigrateError::Refused(mistakes)) => match ahead(folder, url).await? {
            Some(newest) => {
                warn!(
                    "schema not migrated: the database is at V{newest:04}, which a newer release has applied"
                );
                Ok(())
            }
            None => Err(MigrateError::Refused(mistakes)),
        },
        Err(error) => Err(error),
    }
}

/// In a rolling deploy a replica of the version before may have to start again.
async fn ahead(folder: &Folder, url: &DatabaseUrl) -> Result<Option<i32>, MigrateError> {
    let session = Session::open(url).await?;
    let standing = Standing::read(session.client(), folder).await?;
    Ok(standing.history.newest().filter(|_| standing.is_only_ahead(folder)))
}

fn see(event: Event<'_>, told: &Mutex<Option<Instant>>) {
    match event {
        Event::Ended { migration, took, .. } => {
            info!("migration applied: {} in {:.1} s", migration.stem(), took.as_secs_f64());
        }
        Event::Retrying { migration, after } => {
            let seconds = after.as_secs_f64();
            info!(
                "migration waits: a table of {} is in use, tried again in {seconds:.1} s",
                migration.stem()
            );
        }
        Event::Waiting(holder) => {
            let mut told = told.lock();
            if told.is_none_or(|last| last.elapsed() >= TELL_EVERY) {
                *told = Some(Instant::now());
                let holder = holder.map_or_else(String::new, |holder| format!(": {holder} has it"));
                info!("migration waits for the lock{holder}");
            }
        }
        Event::GoingBack(_) | Event::Began { .. } | Event::Statement { .. } => {}
    }
}
