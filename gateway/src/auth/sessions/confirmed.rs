//! Which generation of a refresh token has arrived at its client: told by the access tokens that pass, stored each second.
//!
//! What is lost here, by a restart or for want of room, only lengthens the time in which a lost answer is forgiven.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use parking_lot::Mutex;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use quick_cache::sync::Cache;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};
use tokio_postgres::types::Type;
use tracing::debug;
use uuid::Uuid;

use crate::{
    auth::Verified,
    db::{DatabaseFailure, Statements},
};

const EACH: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(5);

/// While the database is away no more are kept for it.
const MOST_DUE: usize = 10_000;
const MOST_KNOWN: usize = 50_000;

#[derive(Clone)]
pub struct Confirmations {
    shared: Arc<Shared>,
}

struct Shared {
    /// What was told already, so that each generation is stored once and not with every request.
    known: Cache<Uuid, i32>,
    due: Mutex<HashMap<Uuid, i32>>,
    is_due: Notify,
}

impl Default for Confirmations {
    fn default() -> Self {
        let shared = Shared { known: Cache::new(MOST_KNOWN), due: Mutex::default(), is_due: Notify::new() };
        Self { shared: Arc::new(shared) }
    }
}

impl Confirmations {
    /// Whoever sends this token has the refresh token that came with it. Called with each request: two lookups at most.
    pub fn saw(&self, token: &Verified) {
        // The first generation follows none: nothing depends on whether it has arrived.
        let (Some(session), Some(generation @ 1..)) = (token.session, token.generation) else { return };
        if self.shared.known.get(&session).is_some_and(|known| known >= generation) {
            return;
        }
        self.shared.known.insert(session, generation);
        self.put(session, generation);
        self.shared.is_due.notify_one();
    }

    fn put(&self, session: Uuid, generation: i32) {
        let mut due = self.shared.due.lock();
        let has_room = due.len() < MOST_DUE;
        match due.entry(session) {
            Entry::Occupied(mut entry) => {
                let highest = generation.max(*entry.get());
                entry.insert(highest);
            }
            Entry::Vacant(entry) if has_room => {
                entry.insert(generation);
            }
            Entry::Vacant(_) => {}
        }
    }

    fn take(&self) -> Vec<(Uuid, i32)> {
        std::mem::take(&mut *self.shared.due.lock()).into_iter().collect()
    }
}

/// Stores what is due, at most once a second, and only when something is.
pub struct ConfirmationsFlusher {
    statements: Statements,
    confirmations: Confirmations,
}

const CONFIRM: &str = "UPDATE gateway.auth_session s \
    SET confirmed_gen = LEAST(seen.gen, s.gen) \
    FROM unnest($1::uuid[], $2::int[]) AS seen(id, gen) \
    WHERE s.id = seen.id AND s.confirmed_gen < LEAST(seen.gen, s.gen) AND s.revoked_at IS NULL";

impl ConfirmationsFlusher {
    pub(super) fn new(statements: Statements, confirmations: Confirmations) -> Self {
        Self { statements, confirmations }
    }

    async fn run(&self) {
        loop {
            self.confirmations.shared.is_due.notified().await;
            sleep(EACH).await;
            self.flush().await;
        }
    }

    async fn flush(&self) {
        let due = self.confirmations.take();
        if due.is_empty() {
            return;
        }
        if let Err(failure) = self.store(&due).await {
            // Requests have told of a database that is away; these wait for the next one that passes.
            debug!(error = failure.told(), "confirmed generations are not stored yet");
            for (session, generation) in due {
                self.confirmations.put(session, generation);
            }
        }
    }

    async fn store(&self, due: &[(Uuid, i32)]) -> Result<(), DatabaseFailure> {
        let (sessions, generations): (Vec<Uuid>, Vec<i32>) = due.iter().copied().unzip();
        let values: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
            [(&sessions, Type::UUID_ARRAY), (&generations, Type::INT4_ARRAY)];
        self.statements.run(CONFIRM, &values, Instant::now() + PATIENCE).await.map(drop)
    }
}

#[async_trait]
impl BackgroundService for ConfirmationsFlusher {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        tokio::select! {
            () = self.run() => {}
            _ = shutdown.changed() => {}
        }
        self.flush().await;
    }
}

#[cfg(test)]
mod tests;
