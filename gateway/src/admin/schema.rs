//! Whether the schema is too old for this binary: asked at the start, and again only as long as it is.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tracing::{info, warn};

use crate::{
    db::url::DatabaseUrl,
    migrate::{
        failure::MigrateError,
        fit::{self, Fit},
    },
};

const AGAIN: Duration = Duration::from_secs(2);

/// A database that is away makes nobody unready, and is not asked hotly.
const AGAIN_WHEN_AWAY: Duration = Duration::from_secs(30);

/// What is known of the schema; nothing wrong until it is known.
#[derive(Default)]
pub struct Schema {
    too_old: ArcSwapOption<TooOld>,
}

pub(super) struct TooOld {
    pub(super) database: Option<i32>,
    pub(super) oldest: i32,
}

impl Schema {
    pub(super) fn too_old(&self) -> Option<Arc<TooOld>> {
        self.too_old.load_full()
    }
}

pub struct SchemaWatch {
    pub url: DatabaseUrl,
    /// The newest version that this binary's folder holds.
    pub newest: i32,
    pub schema: Arc<Schema>,
}

#[async_trait]
impl BackgroundService for SchemaWatch {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let mut away = AGAIN;
        loop {
            let seen = tokio::select! {
                seen = fit::version(&self.url) => seen,
                _ = shutdown.changed() => return,
            };
            let pause = match seen {
                Ok(database) if self.take(database) => return,
                Ok(_) => AGAIN,
                Err(error) => {
                    tell_away(&error);
                    away = (away * 2).min(AGAIN_WHEN_AWAY);
                    away
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = shutdown.changed() => return,
            }
        }
    }
}

/// The report at the start says already that the database is missing.
fn tell_away(error: &MigrateError) {
    tracing::debug!(%error, "the version of the schema is not known yet");
}

impl SchemaWatch {
    /// Whether no further look is needed.
    fn take(&self, database: Option<i32>) -> bool {
        let version = database.unwrap_or(0);
        let newest = self.newest;
        match fit::judge(database, newest) {
            Fit::TooOld => {
                let known = TooOld { database, oldest: newest - 1 };
                if self.schema.too_old.swap(Some(Arc::new(known))).is_none() {
                    warn!(
                        "schema too old: the database is at V{version:04} and this binary needs V{:04} or newer; \
                         not ready until `gateway migrate up` has run",
                        newest - 1
                    );
                }
                return false;
            }
            Fit::TooNew => warn!(
                "schema newer than this binary: the database is at V{version:04} and the newest file is \
                 V{newest:04}; native routes may ask for what is gone"
            ),
            Fit::Fine => {}
        }
        if self.schema.too_old.swap(None).is_some() {
            info!("schema new enough: the database is at V{version:04}");
        }
        true
    }
}
