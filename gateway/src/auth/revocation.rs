//! Whether a token that is good in itself still counts: what was taken back is known here before anybody asks.
//!
//! The answer comes from memory, because every authenticated request asks. Memory is kept up by a follower, and only as
//! long as somebody asks: a database that nobody needs may sleep. Who asks after that waits until it has caught up.

mod follower;
mod leftovers;
mod notices;
mod remembered;
mod retention;
mod store;
mod told;
mod vigil;

use std::{sync::Arc, time::Duration};

use parking_lot::RwLock;

pub use follower::Follower;
pub use remembered::Standing;
pub use retention::Retention;
pub use vigil::RevocationFigures;

use remembered::Remembered;
use vigil::Vigil;

use super::{Principal, Verified};
use crate::{
    contract::{Failure, profile::auth::OnStale},
    db::{Statements, url::DatabaseUrl},
};

/// What a client may try again after.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// A cheap handle; clones share everything.
#[derive(Clone)]
pub struct Revocations {
    shared: Arc<Shared>,
}

struct Shared {
    remembered: RwLock<Remembered>,
    vigil: Vigil,
}

/// Why a good token does not let its holder in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdmitted {
    Revoked,
    /// Nobody knows, and the route asks to be sure.
    Unknown,
}

impl Revocations {
    /// The handle, and the background service without which it never learns anything. `idle` is how long the follower
    /// goes on after the last question.
    pub fn new(
        statements: Statements,
        listens_at: DatabaseUrl,
        retention: Retention,
        idle: Duration,
    ) -> (Self, Follower) {
        let shared = Shared { remembered: RwLock::default(), vigil: Vigil::new(idle) };
        let own = Self { shared: Arc::new(shared) };
        let follower = Follower::new(own.clone(), statements, listens_at, retention);
        (own, follower)
    }

    /// Whether a token was taken back, as far as is known.
    pub fn judge(&self, token: &Verified) -> Standing {
        self.shared.remembered.read().judge(token)
    }

    /// The same of a token whose user is not known yet.
    pub fn judge_unnamed(&self, token: &Verified) -> Standing {
        self.shared.remembered.read().judge_unnamed(token)
    }

    /// Lets in whose token still counts. Waits a moment where that is not known, and goes by `on_stale` where it cannot
    /// be known.
    pub async fn admit(&self, principal: &Principal, on_stale: OnStale) -> Result<(), NotAdmitted> {
        let vigil = &self.shared.vigil;
        vigil.ask();
        let is_known = vigil.is_fresh() || Box::pin(vigil.catch_up(on_stale == OnStale::Deny)).await;
        match (self.judge(principal.token()), on_stale) {
            (Standing::Revoked, _) => Err(NotAdmitted::Revoked),
            (Standing::Good, OnStale::Deny) if !is_known => Err(NotAdmitted::Unknown),
            (Standing::Good, OnStale::Deny | OnStale::Degrade) => Ok(()),
        }
    }

    /// Returns when one of these was taken back. Whoever waits asks, all the time: nobody is told while nobody looks.
    pub async fn taken_back(&self, principals: &[Principal]) {
        let mut looks = self.shared.vigil.looks();
        while principals.iter().all(|principal| self.judge(principal.token()) == Standing::Good) {
            self.shared.vigil.ask();
            // The sender is ours.
            let _ = looks.changed().await;
        }
    }

    /// Returns when everything is known that was stored before: whoever has just taken something back says so only when
    /// it is refused here. Without the database, after a moment.
    pub async fn refresh(&self) {
        self.shared.vigil.ask();
        self.shared.vigil.look_now().await;
    }

    pub fn figures(&self) -> RevocationFigures {
        let (sessions, tokens, users) = self.shared.remembered.read().sizes();
        self.shared.vigil.figures([("session", sessions), ("token", tokens), ("user", users)])
    }
}

impl From<NotAdmitted> for Failure {
    fn from(not: NotAdmitted) -> Self {
        match not {
            NotAdmitted::Revoked => Self::BadToken,
            NotAdmitted::Unknown => Self::Unavailable(RETRY_AFTER),
        }
    }
}

#[cfg(test)]
mod tests;
