//! Whether a password is the one that the users table keeps, and what is kept of a new one.
//!
//! Everything that computes runs on the pool's own threads; what the database says of a hash decides how long, so it is
//! judged before.

mod arena;
mod fingerprint;
mod form;
mod fresh;
mod judge;
mod place;
mod pool;
mod recognised;
mod rules;
mod scheme;
mod stand_in;
mod stored;
mod template;
mod transform;
mod unusable;

use std::{io, num::NonZero, sync::Arc};

use tracing::{debug, error};

use super::breached::Breached;
use crate::{contract::Failure, telemetry::metrics::PasswordMetrics};

use arena::Arena;
pub use fingerprint::fingerprint;
pub use form::Form;
use fresh::NotHashed;
pub use fresh::{BadNewScheme, NewScheme};
pub use judge::Verdict;
pub use place::Place;
pub use recognised::{Recognised, SaltBeside};
pub use rules::{Long, PasswordRules};
pub use scheme::{Argon2Cost, Pbkdf2Digest, ScryptCost, ShaCryptDigest};
pub use stored::{NewHash, SideHash, StoredPassword};
pub use template::{BadTemplate, Salt, Template};
pub use transform::{BadTransform, Transform};
pub use unusable::Unusable;

use pool::{Busy, Pool};

/// No password is longer; what is longer is not even looked at.
pub const LONGEST: usize = 1024;

/// Cheap to clone; all clones share the threads.
#[derive(Clone)]
pub struct Passwords {
    parts: Arc<Parts>,
}

struct Parts {
    rules: Arc<PasswordRules>,
    breached: Option<Arc<Breached>>,
    pool: Pool,
    metrics: PasswordMetrics,
}

impl Passwords {
    /// Begins the threads that compute, one for each that the machine runs at once.
    pub fn start(
        rules: PasswordRules,
        breached: Option<Breached>,
        metrics: PasswordMetrics,
    ) -> io::Result<Self> {
        let threads = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        let pool = Pool::start(threads, metrics.clone())?;
        let breached = breached.map(Arc::new);
        Ok(Self { parts: Arc::new(Parts { rules: Arc::new(rules), breached, pool, metrics }) })
    }

    /// The columns that a login has to read beside the hash are those of `rules().companion()`.
    pub fn rules(&self) -> &PasswordRules {
        &self.parts.rules
    }

    /// Before anything else is done for somebody whose password is to be looked at: where all places stay taken, they have
    /// cost nothing.
    pub async fn place(&self) -> Result<Place, Failure> {
        let permit = self.parts.pool.place().await.map_err(|busy| self.refused(busy))?;
        Ok(Place::new(self.clone(), permit))
    }

    /// Whether this is the user's password. A hash that cannot be computed is nobody's, and costs nothing.
    pub async fn verify(&self, stored: &StoredPassword, password: &str) -> Result<Verdict, Failure> {
        if password.len() > LONGEST {
            return Ok(Verdict::Wrong);
        }
        let form = match judge::readable(&self.parts.rules, stored) {
            Ok(form) => form,
            Err(why) => {
                self.parts.metrics.unusable(why);
                debug!(reason = %why, "a stored password is none that anybody can log in with");
                return Ok(Verdict::Unusable(why));
            }
        };
        let (rules, stored, password) = (self.parts.rules.clone(), stored.clone(), password.to_owned());
        let verdict =
            self.compute(move |arena| judge::judge(&rules, &stored, password.as_bytes(), arena)).await?;
        self.parts.metrics.compared(form);
        Ok(verdict)
    }

    /// What costs as much to compare with as this, and is nobody's; nothing for what costs nothing.
    pub fn stand_in(&self, stored: &StoredPassword) -> Option<StoredPassword> {
        stand_in::of(&self.parts.rules, stored).ok()
    }

    /// What to write for a new password. `companion` is the present text of the column that `rules().companion()` names,
    /// where the caller decides it; without one it is a new salt.
    pub async fn hash(&self, password: &str, companion: Option<&str>) -> Result<NewHash, Failure> {
        let (rules, companion) = (self.parts.rules.clone(), companion.map(str::to_owned));
        self.fresh(password, move |password, arena| fresh::new(&rules, password, companion, arena)).await
    }

    /// A better hash of a password that was right just now, for `gateway.user_password`; none while somebody waits, who
    /// comes first.
    pub async fn better(&self, stored: &StoredPassword, password: &str) -> Result<Option<SideHash>, Failure> {
        if self.parts.metrics.waiting.count() > 0 {
            return Ok(None);
        }
        let (rules, stored) = (self.parts.rules.clone(), stored.clone());
        self.fresh(password, move |password, arena| fresh::beside(&rules, &stored, password, arena)).await
    }

    /// Whether the password stands in the list of those that were stolen somewhere.
    pub async fn is_breached(&self, password: &str) -> Result<bool, Failure> {
        let Some(list) = self.parts.breached.clone() else { return Ok(false) };
        let password = password.to_owned();
        let found = self.compute(move |_| list.holds(&password)).await?;
        found.map_err(|error| {
            error!(%error, "the list of breached passwords cannot be read");
            Failure::Internal
        })
    }

    async fn fresh<T: Send + 'static>(
        &self,
        password: &str,
        work: impl FnOnce(&[u8], &mut Arena) -> Result<T, NotHashed> + Send + 'static,
    ) -> Result<T, Failure> {
        if password.len() > LONGEST {
            return Err(Failure::TooLarge);
        }
        let password = password.to_owned();
        self.compute(move |arena| work(password.as_bytes(), arena)).await?.map_err(Failure::from)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Arena) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.parts.pool.run(work).await.map_err(|busy| self.refused(busy))
    }

    fn refused(&self, busy: Busy) -> Failure {
        match busy {
            Busy::Full | Busy::Late => Failure::Busy(self.parts.pool.retry_after()),
            Busy::Broken => Failure::Internal,
        }
    }
}

impl From<NotHashed> for Failure {
    fn from(not: NotHashed) -> Self {
        match not {
            // As the legacy does over it.
            NotHashed::TooLong | NotHashed::Nul => Self::LegacyRaises,
            NotHashed::NoRandomness | NotHashed::Parameters => Self::Internal,
        }
    }
}
