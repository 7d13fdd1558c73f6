//! What a login costs does not tell whether anybody has that name.
//!
//! For every name there is a stand-in, chosen before anybody is looked for: a stored hash of nobody's, in a form that
//! users of this table have, as often as they have it. It is computed where there is no user, or one whose hash cannot
//! be computed.

mod mix;

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};
use tracing::warn;

use super::{
    keys::Keys,
    password::{Passwords, StoredPassword, Verdict},
    users::Users,
};
use crate::contract::Failure;

use mix::Mix;

/// A table's hashes change with its logins: slowly.
const GOOD_FOR: Duration = Duration::from_hours(1);
/// After a look that failed.
const AGAIN_AFTER: Duration = Duration::from_mins(1);
/// A login waits for a look only when nothing is known yet, or when it is the one that looks.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// A cheap handle; clones share what was seen.
#[derive(Clone)]
pub struct StandIns {
    inner: Arc<Inner>,
}

struct Inner {
    users: Option<Users>,
    passwords: Passwords,
    keys: Keys,
    seen: ArcSwapOption<Seen>,
    looking: Mutex<()>,
}

struct Seen {
    mix: Mix,
    until: Instant,
}

impl StandIns {
    pub fn new(users: Option<Users>, passwords: Passwords, keys: Keys) -> Self {
        let (seen, looking) = (ArcSwapOption::empty(), Mutex::new(()));
        Self { inner: Arc::new(Inner { users, passwords, keys, seen, looking }) }
    }

    /// For whoever types this name, the same until the table changes. It is asked for every name, also one that somebody
    /// has, so that what it costs is the same for all. `name` is as the database compares it: two spellings of one user's
    /// name cost the same, so those of nobody's do.
    pub async fn for_name(&self, name: &str, until: Instant) -> Result<StoredPassword, Failure> {
        let seen = self.seen(until).await?;
        let secret = self.inner.keys.current().refresh().derive("enumeration");
        seen.mix.choose(&secret, name).ok_or(Failure::Internal)
    }

    /// Whether it is the password of whoever was found; exactly one hash is computed, also when nobody was.
    pub async fn verify(
        &self,
        found: Option<&StoredPassword>,
        stand_in: &StoredPassword,
        password: &str,
    ) -> Result<Verdict, Failure> {
        if let Some(stored) = found {
            match self.inner.passwords.verify(stored, password).await? {
                Verdict::Unusable(_) => {}
                verdict @ (Verdict::Right { .. } | Verdict::Wrong) => return Ok(verdict),
            }
        }
        self.inner.passwords.verify(stand_in, password).await.map(|_| Verdict::Wrong)
    }

    async fn seen(&self, until: Instant) -> Result<Arc<Seen>, Failure> {
        let known = self.inner.seen.load_full();
        let looking = match &known {
            Some(seen) if Instant::now() < seen.until => return Ok(Arc::clone(seen)),
            Some(seen) => match self.inner.looking.try_lock() {
                Ok(looking) => looking,
                Err(_) => return Ok(Arc::clone(seen)),
            },
            None => self.inner.looking.lock().await,
        };
        match self.inner.seen.load_full() {
            Some(seen) if Instant::now() < seen.until => Ok(seen),
            before => self.look(before, until, looking).await,
        }
    }

    async fn look(
        &self,
        before: Option<Arc<Seen>>,
        until: Instant,
        _looking: MutexGuard<'_, ()>,
    ) -> Result<Arc<Seen>, Failure> {
        let (now, Inner { users, passwords, .. }) = (Instant::now(), &*self.inner);
        let Some(users) = users else { return Err(Failure::Internal) };
        let (mix, good_for) = match users.sample(until.min(now + LONGEST_LOOK)).await {
            Ok(sample) => (Mix::of(sample.iter().filter_map(|stored| passwords.stand_in(stored))), GOOD_FOR),
            Err(failure) => {
                warn!(
                    failure = failure.told(),
                    "it could not be seen which forms of hashes the users table holds"
                );
                (Mix::default(), AGAIN_AFTER)
            }
        };
        let until = now + good_for;
        let seen = match before {
            Some(before) if mix.is_empty() => Seen { mix: before.mix.clone(), until },
            // A table without users soon has some, in the form of new ones.
            _ if mix.is_empty() => {
                let new = passwords.hash("", None).await?;
                let stored = StoredPassword { hash: Some(new.hash), companion: new.companion, side: None };
                Seen { mix: Mix::of(passwords.stand_in(&stored)), until: now + AGAIN_AFTER }
            }
            _ => Seen { mix, until },
        };
        let seen = Arc::new(seen);
        self.inner.seen.store(Some(Arc::clone(&seen)));
        Ok(seen)
    }
}
