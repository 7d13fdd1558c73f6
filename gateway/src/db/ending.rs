//! How a transaction ends: stored, rolled back, or nobody knows.

use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;

use super::{DatabaseFailure, attempt::Unsettled, conflict::Conflict, fate::is_known_rollback, lease::Lease};
use crate::contract::Failure;

/// What a rollback may take when the time is over: less than it takes to open another connection.
const ROLL_BACK: Duration = Duration::from_millis(50);

/// A transaction in which nothing has failed and nothing runs.
pub(super) struct Ending {
    pub(super) lease: Lease,
    pub(super) deadline: Instant,
}

impl Ending {
    pub(super) async fn commit(self) -> Result<(), Unsettled> {
        // What was never sent is known to have no effect; the lease takes the transaction with it.
        if Instant::now() >= self.deadline || self.lease.client().is_closed() {
            return Err(Unsettled::Failed(DatabaseFailure::Late.into()));
        }
        let (lease, deadline) = (self.lease.undisturbed(), self.deadline);
        match lease.run(deadline, lease.client().batch_execute("COMMIT")).await {
            Ok(()) => {
                lease.give_back();
                Ok(())
            }
            Err(failure) if is_known_rollback(&failure) => {
                lease.give_back();
                Err(Unsettled::from(failure))
            }
            Err(failure) => {
                warn!(error = failure.told(), "it is not known whether a transaction was stored");
                Err(Unsettled::Failed(Failure::OutcomeUnknown))
            }
        }
    }

    /// Does all that a COMMIT would do but storing: deferred constraints speak here as they would there.
    pub(super) async fn rehearse(self) -> Result<(), Unsettled> {
        const CHECK: &str = "SET CONSTRAINTS ALL IMMEDIATE";
        let checked = self.lease.run(self.deadline, self.lease.client().batch_execute(CHECK)).await;
        self.roll_back().await;
        checked.map_err(Unsettled::from)
    }

    /// A connection that cannot even do this is not used again, which does the same.
    pub(super) async fn roll_back(self) {
        let deadline = self.deadline.max(Instant::now() + ROLL_BACK);
        let lease = self.lease;
        if lease.is_quiet() && lease.run(deadline, lease.client().batch_execute("ROLLBACK")).await.is_ok() {
            lease.give_back();
        }
    }
}

impl From<DatabaseFailure> for Unsettled {
    fn from(failure: DatabaseFailure) -> Self {
        Conflict::of(&failure).map_or_else(|| Self::Failed(failure.into()), Self::Conflict)
    }
}
