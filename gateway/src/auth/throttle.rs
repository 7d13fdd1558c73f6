//! Slows down whoever guesses passwords: at one account, from one network, and altogether; for all replicas at once.
//!
//! An attempt counts as wrong before its password is looked at, and is taken back when it was right, so that many at once
//! are as many as one after the other. Whoever has been let in before with the present password, from the same network or
//! with a token that is theirs, has buckets of their own: however often others guess, the owner is not kept out.

mod asking;
mod bucket;
mod clearing;
mod delays;
mod network;
mod paces;
mod proof;
mod question;
mod settling;
mod store;
mod turns;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use prometheus::IntCounterVec;
use strum::VariantArray;
use tokio::time::Instant;
use tracing::warn;

pub use bucket::{Account, Naming};
pub use clearing::{account_of, unblock};
pub use proof::REMEMBERED;

use super::{
    Client, Issuer, Lookup, Subject, Verified, Verifier,
    audit::{AuditEvent, AuditKind},
    keys::Keys,
    password::Place,
    users::Named,
};
use crate::{
    contract::{Failure, profile::auth::ThrottleRules},
    db::{DatabaseFailure, Statements},
};
use asking::{Reply, Reserved};
use network::Network;
use proof::{Proofs, Token};
use question::Question;
use store::Store;
use turns::{Turn, Turns};

/// What is told to whoever did not come to their turn.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// So seldom are old buckets cleared away.
const FORGET_EACH: u32 = 200;

/// A cheap handle; clones share everything.
#[derive(Clone)]
pub struct Throttle {
    inner: Arc<Inner>,
}

struct Inner {
    rules: ThrottleRules,
    keys: Keys,
    proofs: Proofs,
    store: Store,
    turns: Arc<Turns>,
    attempts: IntCounterVec,
    count: AtomicU32,
}

/// What a throttle is made of beside its rules.
pub struct Surroundings {
    pub statements: Statements,
    pub keys: Keys,
    pub verifier: Arc<Verifier>,
    pub lookup: Lookup,
    /// By how many columns a user is found.
    pub logins: usize,
    pub attempts: IntCounterVec,
}

/// Which bucket is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Limit {
    /// Of an account, as it is asked for from one network.
    AccountNetwork,
    Device,
    Account,
    Network,
    /// All networks of one party.
    Site,
    /// There are too many altogether, and of them too many from this site.
    Overall,
    Register,
}

/// A password that may be looked at. Dropped without a word it has been a wrong one.
pub struct Attempt {
    throttle: Throttle,
    /// Nothing where nobody is throttled.
    held: Option<Held>,
}

struct Held {
    asked: Question,
    reserved: Reserved,
    _turn: Turn,
}

/// Why a password is not looked at.
#[derive(Debug, thiserror::Error)]
pub enum Delayed {
    #[error("too many wrong passwords")]
    Later(Duration),
    /// Of one account so many are being looked at that this one did not come to its turn.
    #[error("too many passwords at once")]
    Busy,
    #[error("no place among those who are hashed next")]
    NoPlace(Failure),
    #[error(transparent)]
    Database(#[from] DatabaseFailure),
}

impl Limit {
    pub fn name(self) -> &'static str {
        match self {
            Self::AccountNetwork => "account_network",
            Self::Device => "device",
            Self::Account => "account",
            Self::Network => "network",
            Self::Site => "site",
            Self::Overall => "overall",
            Self::Register => "register",
        }
    }
}

/// What an attempt that was not delayed is counted as.
const ALLOWED: &str = "allowed";

/// Every value of the label.
pub fn outcomes() -> impl Iterator<Item = &'static str> {
    std::iter::once(ALLOWED).chain(Limit::VARIANTS.iter().map(|limit| limit.name()))
}

impl Throttle {
    pub fn new(rules: ThrottleRules, around: Surroundings) -> Self {
        if let Some(reason) = &rules.off {
            warn!(reason, "logins are not throttled");
        }
        let Surroundings { statements, keys, verifier, lookup, logins, attempts } = around;
        let inner = Inner {
            store: Store::new(statements, &rules, logins),
            turns: Arc::new(Turns::new(rules.free)),
            rules,
            keys,
            proofs: Proofs { verifier, lookup },
            attempts,
            count: AtomicU32::new(0),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Before the password of whoever is called that is looked at. Whoever waits for a turn keeps no place meanwhile.
    pub async fn log_in(
        &self,
        named: &Named,
        client: &Client,
        is_them: impl Fn(&Subject) -> bool,
        place: &mut Place,
        until: Instant,
    ) -> Result<Attempt, Delayed> {
        let Inner { rules, proofs, .. } = &*self.inner;
        if rules.off.is_some() {
            return Ok(Attempt { throttle: self.clone(), held: None });
        }
        // Looked at also where nobody has that name: whether somebody has must not be seen from the time it takes.
        let token = proofs.of(client, is_them, until).await?;
        let network = Network::of(client.ip, rules.networks);
        self.admit(Question::of_login(&self.naming(), named, token, network), place, until).await
    }

    /// Before the old password of somebody who is logged in is looked at: their token proves the device.
    pub async fn change_password(
        &self,
        user: &Subject,
        token: &Verified,
        place: &mut Place,
        until: Instant,
    ) -> Result<Attempt, Delayed> {
        let asked = Question::of_change(&self.naming(), user, Token::of(token));
        match asked.filter(|_| self.inner.rules.off.is_none()) {
            Some(asked) => self.admit(asked, place, until).await,
            None => Ok(Attempt { throttle: self.clone(), held: None }),
        }
    }

    /// Before somebody is registered: every one counts, also those that come to something.
    pub async fn register(&self, client: &Client, until: Instant) -> Result<(), Delayed> {
        let Inner { rules, store, .. } = &*self.inner;
        let network = Network::of(client.ip, rules.networks).filter(|_| rules.off.is_none());
        let Some(network) = network else { return Ok(()) };
        match store.register(&self.naming().registrations(network), until).await? {
            None => Ok(()),
            Some(wait) => Err(self.delayed(Limit::Register, wait)),
        }
    }

    async fn admit(&self, asked: Question, place: &mut Place, until: Instant) -> Result<Attempt, Delayed> {
        let inner = &self.inner;
        let own = asked.device.as_ref().map_or(&asked.pair, |device| &device.bucket);
        let turn = match inner.turns.take_free(own) {
            Some(turn) => Some(turn),
            None => place.given_up_for(inner.turns.take(own, until)).await.map_err(Delayed::NoPlace)?,
        };
        let turn = turn.ok_or(Delayed::Busy)?;
        self.forget_sometimes(until).await;
        match inner.store.ask(&asked, until).await? {
            Reply::Wait(limit, wait) => Err(self.delayed(limit, wait)),
            Reply::Go(reserved) => {
                inner.attempts.with_label_values(&[ALLOWED]).inc();
                if reserved.is_siege_begun {
                    warn!(
                        an_hour = inner.rules.overall,
                        "wrong passwords come from many networks: few are taken from each"
                    );
                }
                let held = Held { asked, reserved, _turn: turn };
                Ok(Attempt { throttle: self.clone(), held: Some(held) })
            }
        }
    }

    fn delayed(&self, limit: Limit, wait: Duration) -> Delayed {
        self.inner.attempts.with_label_values(&[limit.name()]).inc();
        Delayed::Later(wait)
    }

    fn naming(&self) -> Naming {
        Naming::of(self.inner.keys.current().refresh())
    }

    async fn forget_sometimes(&self, until: Instant) {
        if self.inner.count.fetch_add(1, Ordering::Relaxed) % FORGET_EACH == FORGET_EACH - 1
            && let Err(failure) = self.inner.store.forget(until).await
        {
            warn!(error = failure.told(), "old buckets of logins are not cleared away");
        }
    }
}

impl Attempt {
    /// The password was right: nothing is held against whoever knows it.
    pub async fn succeed(self, until: Instant) {
        self.settle(true, until).await;
    }

    /// What was found of the password. Where that is no verdict, nobody has looked at it, and it does not count.
    pub async fn looked_at<T, E>(&self, found: Result<T, E>, until: Instant) -> Result<T, E> {
        if found.is_err() {
            self.settle(false, until).await;
        }
        found
    }

    /// It stands as it is. With it the account may have no more left within the hour, of which nobody was told lately.
    pub async fn fail(self, user: Option<&Subject>, issuer: &Issuer, client: &Client) {
        if !self.held.is_some_and(|held| held.reserved.is_last) {
            return;
        }
        let key = user.map(ToString::to_string);
        let (kind, user_key) = (AuditKind::Throttled, key.as_deref());
        let event = AuditEvent { kind, user_key, session: None, detail: r#"{"limit":"account"}"# };
        issuer.means.audit.record(&event, client, issuer.until).await;
    }

    /// A right password is one whether this is written down or not.
    async fn settle(&self, is_right: bool, until: Instant) {
        let Some(Held { asked, reserved, .. }) = &self.held else { return };
        if let Err(failure) = self.throttle.inner.store.settle(asked, reserved, is_right, until).await {
            warn!(error = failure.told(), "a login that was not wrong counts as if it had been");
        }
    }
}

impl From<Delayed> for Failure {
    fn from(delayed: Delayed) -> Self {
        match delayed {
            Delayed::Later(wait) => Self::TooManyAttempts(wait),
            Delayed::Busy => Self::Busy(AGAIN_AFTER),
            Delayed::NoPlace(failure) => failure,
            Delayed::Database(failure) => failure.into(),
        }
    }
}
