//! Whether the schema is too old for this binary: asked at the start, and again only as long as it is.
//!
//! Each look wakes a database that sleeps: they become seldom unless somebody asks whether we are ready.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, timeout, timeout_at},
};
use tracing::{info, warn};

use crate::{
    db::{Database, url::DatabaseUrl},
    migrate::{
        failure::MigrateError,
        fit::{self, Fit},
    },
};

const AGAIN: Duration = Duration::from_secs(2);

/// As often as nobody asks.
const LONGEST: Duration = Duration::from_mins(1);

/// What is known of the schema.
pub struct Schema {
    too_old: ArcSwapOption<TooOld>,
    /// Whether the first look is over, or none is needed. One that found no database counts: that makes nobody unready.
    has_looked: watch::Sender<bool>,
    wanted: Notify,
}

pub(super) struct TooOld {
    pub(super) database: Option<i32>,
    pub(super) oldest: i32,
}

/// How the schema stands to this binary.
pub(super) enum Standing {
    /// As far as anybody could tell.
    Fine,
    TooOld(Arc<TooOld>),
    Unknown,
}

impl Schema {
    /// For a folder whose newest version is this one; no database is too old for the first.
    pub fn new(newest: Option<i32>) -> Self {
        let can_be_too_old = newest.is_some_and(|newest| newest > 1);
        Self {
            too_old: ArcSwapOption::empty(),
            has_looked: watch::Sender::new(!can_be_too_old),
            wanted: Notify::new(),
        }
    }

    /// Before the first look is over, waits for so long.
    pub(super) async fn standing(&self, patience: Duration) -> Standing {
        let mut has_looked = self.has_looked.subscribe();
        if timeout(patience, has_looked.wait_for(|looked| *looked)).await.is_err() {
            return Standing::Unknown;
        }
        self.too_old.load_full().map_or(Standing::Fine, Standing::TooOld)
    }

    /// As it is now, without waiting.
    pub(super) fn is_fine(&self) -> bool {
        *self.has_looked.borrow() && self.too_old.load().is_none()
    }

    /// Somebody waits for a schema that is new enough.
    pub(super) fn want(&self) {
        self.wanted.notify_one();
    }

    /// Until the next look.
    async fn rest(&self, pause: &mut Duration) {
        let longest = Instant::now() + *pause;
        sleep(AGAIN).await;
        let is_wanted = timeout_at(longest, self.wanted.notified()).await.is_ok();
        *pause = if is_wanted { AGAIN } else { (*pause * 2).min(LONGEST) };
    }
}

pub struct SchemaWatch {
    pub url: DatabaseUrl,
    pub database: Database,
    /// The newest version that this binary's folder holds.
    pub newest: i32,
    pub schema: Arc<Schema>,
}

#[async_trait]
impl BackgroundService for SchemaWatch {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        tokio::select! {
            () = self.watch() => {}
            _ = shutdown.changed() => {}
        }
    }
}

/// The report at the start says already that the database is missing.
fn tell_away(error: &MigrateError) {
    tracing::debug!(%error, "the version of the schema is not known yet");
}

impl SchemaWatch {
    async fn watch(&self) {
        let mut pause = AGAIN;
        loop {
            let is_done = match fit::version(&self.url).await {
                Ok(database) => self.take(database),
                Err(error) => {
                    tell_away(&error);
                    false
                }
            };
            self.schema.has_looked.send_replace(true);
            if is_done {
                return;
            }
            self.schema.rest(&mut pause).await;
            self.wait_until_there().await;
        }
    }

    /// Whether the database is away is known without asking it.
    async fn wait_until_there(&self) {
        while self.database.problem(Duration::ZERO).await.is_some() {
            sleep(AGAIN).await;
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn looks_become_seldom_unless_somebody_asks() {
        let schema = Schema::new(Some(3));
        let mut pause = AGAIN;
        for seconds in [2, 4, 8, 16, 32, 60, 60] {
            let begun = Instant::now();
            schema.rest(&mut pause).await;
            assert_eq!(begun.elapsed().as_secs(), seconds);
        }
        let asks = async |after| {
            sleep(after).await;
            schema.want();
        };
        for (asked, seconds) in [(10, 10), (1, 2), (0, 2)] {
            let mut pause = LONGEST;
            let begun = Instant::now();
            tokio::join!(schema.rest(&mut pause), asks(Duration::from_secs(asked)));
            assert_eq!((begun.elapsed().as_secs(), pause), (seconds, AGAIN));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_can_be_too_old_is_unknown_before_the_first_look() {
        for (newest, is_fine) in [(None, true), (Some(1), true), (Some(2), false)] {
            let schema = Schema::new(newest);
            assert_eq!(schema.is_fine(), is_fine, "{newest:?}");
            let is_unknown = matches!(schema.standing(AGAIN).await, Standing::Unknown);
            assert_eq!(is_unknown, !is_fine, "{newest:?}");
        }
    }
}
