//! Keeps memory up with the database as long as somebody asks, and lets the database alone when nobody does.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{
    sync::Mutex,
    task::spawn_blocking,
    time::{Instant, sleep, sleep_until},
};
use tracing::info;

use super::{Retention, Revocations, leftovers::clear, notices::Notices, store::Store};
use crate::db::{DatabaseFailure, Statements, url::DatabaseUrl};

/// From one look to the next when nobody tells that there is something to see.
const EACH: Duration = Duration::from_secs(2);

/// A flood of notices is a few looks, and requests that all want one get the same.
const LEAST: Duration = Duration::from_millis(25);

/// After a look that failed; the next is later each time, up to `EACH`.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// What no token can be of any more is forgotten so often.
const SWEEP: Duration = Duration::from_mins(5);

pub struct Follower {
    revocations: Revocations,
    listens_at: DatabaseUrl,
    retention: Retention,
    statements: Statements,
    /// The service is shared, and only it looks.
    store: Mutex<Store>,
}

impl Follower {
    pub(super) fn new(
        revocations: Revocations,
        statements: Statements,
        listens_at: DatabaseUrl,
        retention: Retention,
    ) -> Self {
        let store = Mutex::new(Store::new(statements.clone(), retention));
        Self { revocations, listens_at, retention, statements, store }
    }

    /// It begins with a look, so that what there is to know is known before anybody asks, if it can be.
    async fn follow(&self) {
        let vigil = &self.revocations.shared.vigil;
        let mut store = self.store.lock().await;
        loop {
            self.watch(&mut store).await;
            store.rest();
            vigil.wanted().await;
            vigil.wakes_up();
        }
    }

    /// Until nobody has asked for a while.
    async fn watch(&self, store: &mut Store) {
        let vigil = &self.revocations.shared.vigil;
        let mut notices = None;
        let mut swept = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let looked = self.look(store).await;
            self.tell(looked.as_ref());
            if vigil.falls_asleep() {
                return;
            }
            let notices = notices.get_or_insert_with(|| Notices::listen(&self.listens_at, &self.revocations));
            match looked {
                Ok(()) => {
                    pause = FIRST_PAUSE;
                    if swept.elapsed() >= SWEEP {
                        swept = Instant::now();
                        self.sweep(store).await;
                        store.begin_anew();
                    }
                    let next = Instant::now() + EACH;
                    sleep(LEAST).await;
                    tokio::select! {
                        () = sleep_until(next) => {}
                        () = notices.heard() => {}
                        () = vigil.wanted() => {}
                    }
                }
                Err(_) => {
                    sleep(pause).await;
                    pause = (pause * 2).min(EACH);
                }
            }
        }
    }

    /// That the database is away others have said already.
    fn tell(&self, looked: Result<&(), &DatabaseFailure>) {
        let vigil = &self.revocations.shared.vigil;
        match looked {
            Ok(()) if vigil.is_news(false) => info!("what was revoked is known again"),
            Err(failure) if vigil.is_news(true) => {
                info!(error = failure.told(), "what was revoked lately is not known: routes go by on_stale");
            }
            Ok(()) | Err(_) => {}
        }
    }

    async fn look(&self, store: &mut Store) -> Result<(), DatabaseFailure> {
        let shared = &self.revocations.shared;
        let began = shared.vigil.look_begins();
        let read = self.read(store).await;
        match &read {
            Ok(()) => shared.vigil.looked(began),
            Err(_) => shared.vigil.look_failed(),
        }
        read
    }

    async fn read(&self, store: &mut Store) -> Result<(), DatabaseFailure> {
        if !store.is_there().await? {
            return Ok(());
        }
        loop {
            let mut cursor = store.begin();
            let mut is_full = true;
            while is_full {
                let page = store.read(&mut cursor).await?;
                self.revocations.shared.remembered.write().add(page.taken);
                is_full = page.is_full;
            }
            if store.end(&cursor) {
                return Ok(());
            }
        }
    }

    /// Made beside the one in use: no request waits for it.
    async fn sweep(&self, store: &Store) {
        let Some(now) = store.read_until() else { return };
        let (shared, retention) = (Arc::clone(&self.revocations.shared), self.retention);
        shared.remembered.write().begin_sweep();
        let kept = spawn_blocking(move || shared.remembered.read().without(now, retention)).await;
        if let Ok(kept) = kept {
            self.revocations.shared.remembered.write().replace(kept);
        }
    }
}

#[async_trait]
impl BackgroundService for Follower {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        tokio::select! {
            () = self.follow() => {}
            () = clear(&self.revocations, &self.statements, self.retention.rows()) => {}
            _ = shutdown.changed() => {}
        }
    }
}
