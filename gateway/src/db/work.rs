//! What one run of a handler has of the database: at most one connection, from its first statement on.

use std::{
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use http::request::Parts;
use parking_lot::Mutex;
use tokio::{sync::OnceCell, time::Instant};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};
use tracing::error;

use super::{Database, DatabaseFailure, Meaning, attempt::Mode, conflict::Conflict, lease::Lease};
use crate::contract::Failure;

/// A lock that is not had by then is held by somebody who waits as well.
const LONGEST_LOCK: Duration = Duration::from_secs(5);

const SPEAKS_BEFORE: Duration = Duration::from_millis(50);

/// As what a handler asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unit,
    ReadOnly,
}

/// What was seen to fail first: nothing that follows it says more.
#[derive(Clone, Copy, Debug)]
pub(super) enum Broken {
    Conflict(Conflict),
    Failed(Meaning),
}

pub(super) struct Work {
    database: Database,
    mode: Mode,
    deadline: Instant,
    kind: OnceLock<Kind>,
    lease: OnceCell<Lease>,
    broken: Mutex<Option<Broken>>,
}

/// What is left of it when the handler has ended.
pub(super) struct Remains {
    pub(super) lease: Option<Lease>,
    pub(super) kind: Option<Kind>,
    /// Whether a transaction was begun, if there is a lease.
    pub(super) is_transaction: bool,
    pub(super) broken: Option<Broken>,
}

/// The way of a unit to its handler, through the extensions of the request; nobody else can name it.
#[derive(Clone)]
pub(super) struct Grant(pub(super) Arc<Work>);

/// The unit that a handler has got, for what is read before the handler runs. It keeps no unit: nothing is settled as
/// long as somebody has it.
#[derive(Clone)]
pub(super) struct Granted(pub(super) Weak<Work>);

impl Grant {
    /// The one unit of a request. A handler that asks for two would have two transactions, or one by two names.
    pub(super) fn take(parts: &mut Parts, kind: Kind) -> Result<Arc<Work>, Failure> {
        let granted = parts.extensions.remove::<Self>().map(|Self(work)| work);
        let granted = granted.filter(|work| work.kind.set(kind).is_ok()).ok_or_else(|| {
            error!("a handler asked for a second unit of work, or outside of a request");
            Failure::Internal
        })?;
        parts.extensions.insert(Granted(Arc::downgrade(&granted)));
        Ok(granted)
    }
}

impl Work {
    pub(super) fn new(database: Database, mode: Mode, deadline: Instant) -> Self {
        let (kind, lease, broken) = (OnceLock::new(), OnceCell::new(), Mutex::new(None));
        Self { database, mode, deadline, kind, lease, broken }
    }

    /// One statement, one round trip, nothing left on the server: right through a transaction pooler as well.
    pub(super) async fn run(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
        may_run: fn(&str) -> bool,
    ) -> Result<Vec<Row>, DatabaseFailure> {
        let ended = async {
            if !may_run(sql) {
                return Err(DatabaseFailure::NotAStatement);
            }
            let lease = self.lease.get_or_try_init(|| self.begin()).await?;
            lease.run(self.deadline, lease.client().query_typed(sql, params)).await
        };
        ended.await.inspect_err(|failure| self.note(failure))
    }

    /// Late on purpose: who sends a body slowly holds no connection meanwhile.
    async fn begin(&self) -> Result<Lease, DatabaseFailure> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            // Not the database's doing: it is not asked, and nothing is told of its health.
            return Err(DatabaseFailure::Over);
        }
        let lease = self.database.connection(self.deadline).await?;
        if let Some(begin) = self.beginning() {
            lease.run(self.deadline, lease.client().batch_execute(&begin)).await?;
        }
        Ok(lease)
    }

    /// All but the first word is for the server to bound, should we be gone: each statement anew, and so by the time
    /// that was left at the beginning.
    fn beginning(&self) -> Option<String> {
        let begin = self.transaction()?;
        let left = self.deadline.saturating_duration_since(Instant::now());
        let milliseconds = |time: Duration| time.as_millis().max(1);
        // The server speaks first, or a connection would be discarded that is as good as any.
        let spoken = left - (left / 10).min(SPEAKS_BEFORE);
        Some(format!(
            "{begin}; SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}; \
             SET LOCAL idle_in_transaction_session_timeout = {}",
            milliseconds(spoken),
            milliseconds((left / 2).min(LONGEST_LOCK)),
            milliseconds(left + Duration::from_secs(1)),
        ))
    }

    /// A statement that stands for itself needs no transaction, as long as it can be cancelled.
    fn transaction(&self) -> Option<&'static str> {
        match (self.kind.get(), self.mode) {
            (Some(Kind::ReadOnly), Mode::Real) if self.database.cancels.are_on() => None,
            (Some(Kind::ReadOnly), Mode::Real | Mode::DryRun) => Some("BEGIN READ ONLY"),
            (Some(Kind::Unit) | None, Mode::Real | Mode::DryRun) => Some("BEGIN"),
        }
    }

    fn note(&self, failure: &DatabaseFailure) {
        let seen = Conflict::of(failure).map_or(Broken::Failed(failure.meaning()), Broken::Conflict);
        self.broken.lock().get_or_insert(seen);
    }

    pub(super) fn remains(self) -> Remains {
        Remains {
            is_transaction: self.transaction().is_some(),
            lease: self.lease.into_inner(),
            kind: self.kind.into_inner(),
            broken: self.broken.into_inner(),
        }
    }
}
