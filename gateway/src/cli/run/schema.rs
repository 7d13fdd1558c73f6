//! What `run` does for the schema: with `--migrate` it is brought up to date before anything is served; then it is
//! watched until it is not too old.

use std::sync::Arc;

use tokio::runtime::Builder;
use tracing::info;

use crate::{
    admin::{self, SchemaWatch},
    db::url::DatabaseUrl,
    host::Host,
    migrate::{engine::Engine, folder::Folder, lock::Patience, watch::Event},
};

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
        let watch = |event: Event<'_>| see(event);
        let engine = Engine { url, folder, patience: Patience::default(), watch: &watch };
        let changed = runtime.block_on(engine.up(None))?;
        let newest = changed.newest.unwrap_or(0);
        info!("schema ready: {} applied, the database is at V{newest:04}", changed.stems.len());
        Ok(())
    }

    pub(super) fn watch(&self, host: &mut Host, url: &DatabaseUrl, schema: &Arc<admin::Schema>) {
        let Some(newest) = self.folder.as_ref().and_then(Folder::newest) else { return };
        let watch = SchemaWatch { url: url.clone(), newest, schema: Arc::clone(schema) };
        host.in_background("version of the schema", watch);
    }
}

fn see(event: Event<'_>) {
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
        Event::Waiting(_) | Event::GoingBack(_) | Event::Began { .. } | Event::Statement { .. } => {}
    }
}
