//! One run of a handler, settled from outside: only here is it decided whether what it did stays.

use std::{sync::Arc, time::Duration};

use http::Extensions;
use tokio::time::Instant;
use tracing::{error, warn};

use super::{
    Database, Meaning,
    conflict::{Conflict, Patience},
    ending::Ending,
    failure::RETRY_AFTER,
    lease::Lease,
    work::{Broken, Grant, Kind, Remains, Work},
};
use crate::contract::Failure;

/// What is kept back of a request's time for the answer that says that the database was late.
const LONGEST_MARGIN: Duration = Duration::from_millis(500);

/// Whether what a handler does may stay. It cannot tell which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Real,
    /// Everything is done and nothing stays: every transaction ends in a rollback.
    DryRun,
}

/// Under what a request may use the database.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub mode: Mode,
    /// When the request itself is over.
    pub until: Instant,
}

/// One request's dealings with the database: as many attempts as conflicts make it take.
pub struct Dealings {
    database: Database,
    mode: Mode,
    deadline: Instant,
    patience: Patience,
}

/// Dropped unsettled, it leaves nothing: the connection goes, and with it the transaction.
pub struct Attempt {
    work: Arc<Work>,
    mode: Mode,
    deadline: Instant,
}

/// Why an attempt does not count.
#[derive(Debug)]
pub enum Unsettled {
    /// Nothing stays, and running the handler again may help.
    Conflict(Conflict),
    Failed(Failure),
}

impl Terms {
    /// The database's time ends a little before the request's: late, it is the database that was not available, and
    /// what became of a COMMIT is known or known to be unknown.
    pub fn deadline(self) -> Instant {
        let left = self.until.saturating_duration_since(Instant::now());
        self.until - (left / 5).min(LONGEST_MARGIN)
    }
}

impl Dealings {
    pub(super) fn new(database: Database, terms: Terms) -> Self {
        let deadline = terms.deadline();
        let patience = Patience::new(deadline, database.retries.clone());
        Self { database, mode: terms.mode, deadline, patience }
    }

    /// Grants the handler that gets these extensions its one unit.
    pub fn attempt(&self, extensions: &mut Extensions) -> Attempt {
        let work = Arc::new(Work::new(self.database.clone(), self.mode, self.deadline));
        extensions.insert(Grant(Arc::clone(&work)));
        Attempt { work, mode: self.mode, deadline: self.deadline }
    }

    /// Returns when the handler may be run again; else what its request is answered.
    pub async fn pause(&mut self, conflict: Conflict) -> Result<(), Failure> {
        if self.patience.pause(conflict).await {
            return Ok(());
        }
        warn!(
            conflict = conflict.name(),
            "transactions stand in each other's way too often: a request is given up"
        );
        Err(Failure::Unavailable(RETRY_AFTER))
    }
}

impl Attempt {
    /// Ends the handler's transaction, after the handler and all it held are gone.
    pub async fn settle(self, has_succeeded: bool) -> Result<(), Unsettled> {
        let Some(work) = Arc::into_inner(self.work) else {
            return Err(ours("a handler has ended and still holds its unit of work"));
        };
        let Remains { lease, kind, is_transaction, broken } = work.remains();
        let has_ended = lease.as_ref().is_none_or(Lease::is_quiet);
        let stays = has_succeeded && has_ended && broken.is_none();
        if let Some(lease) = lease {
            let ending = Ending { lease, deadline: self.deadline };
            match (kind, self.mode) {
                _ if !is_transaction => ending.lease.give_back(),
                (Some(Kind::Unit), Mode::Real) if stays => return ending.commit().await,
                (Some(Kind::Unit), Mode::DryRun) if stays => return ending.rehearse().await,
                (Some(Kind::Unit | Kind::ReadOnly) | None, Mode::Real | Mode::DryRun) => {
                    ending.roll_back().await;
                }
            }
        }
        match broken {
            Some(Broken::Conflict(conflict)) => Err(Unsettled::Conflict(conflict)),
            // The handler's own answer tells of it.
            Some(Broken::Failed(_)) if !has_succeeded => Ok(()),
            Some(Broken::Failed(meaning)) => Err(swallowed(meaning)),
            None if has_ended || !has_succeeded => Ok(()),
            None => Err(ours("a handler has succeeded before one of its statements had ended")),
        }
    }
}

/// PostgreSQL answers a COMMIT of a transaction that has failed with a rollback and without an error.
fn swallowed(meaning: Meaning) -> Unsettled {
    let told = ours("a handler has succeeded although one of its statements had failed");
    match meaning {
        Meaning::Ours => told,
        Meaning::Unavailable | Meaning::Conflict | Meaning::Quota | Meaning::Credentials => {
            Unsettled::Failed(Failure::Unavailable(RETRY_AFTER))
        }
    }
}

fn ours(what: &str) -> Unsettled {
    error!("{what}: nothing of it was stored");
    Unsettled::Failed(Failure::Internal)
}
