//! Tokens whose signature was verified a moment ago, so that it need not be computed at every request.
//!
//! Only tokens that were found good are in it, by all of their bytes. Whatever may change about one (time, keys,
//! revocation, the route's policy) is asked again at every hit, by those who know it.

use std::{hash::RandomState, sync::Arc};

use prometheus::{IntCounter, IntCounterVec};
use quick_cache::{UnitWeighter, sync::Cache};

use super::{Verified, claims::Dates};

const MOST: usize = 50_000;
/// A longer one is verified each time: together they would take more memory than they are worth.
const LONGEST: usize = 2048;

pub(super) struct VerifiedTokens {
    // Keyed by chance: nobody outside can choose tokens that fall onto each other.
    tokens: Cache<Box<str>, Known, UnitWeighter, RandomState>,
    figures: CacheFigures,
}

#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) token: Arc<Verified>,
    pub(super) dates: Dates,
    /// Of the key that it was verified with.
    pub(super) kid: Option<Arc<str>>,
}

/// How often it helped.
#[derive(Clone, Debug)]
pub struct CacheFigures {
    hits: IntCounter,
    misses: IntCounter,
}

impl CacheFigures {
    pub fn of(counters: &IntCounterVec) -> Self {
        let counter = |result| counters.with_label_values(&[result]);
        Self { hits: counter("hit"), misses: counter("miss") }
    }
}

impl VerifiedTokens {
    pub(super) fn new(figures: CacheFigures) -> Self {
        let capacity = u64::try_from(MOST).unwrap_or(u64::MAX);
        let tokens = Cache::with(MOST, capacity, UnitWeighter, RandomState::new(), Default::default());
        Self { tokens, figures }
    }

    pub(super) fn find(&self, token: &str) -> Option<Known> {
        let known = self.tokens.get(token);
        if known.is_some() {
            self.figures.hits.inc();
        }
        known
    }

    pub(super) fn add(&self, token: &str, known: Known) {
        self.figures.misses.inc();
        if token.len() <= LONGEST {
            self.tokens.insert(token.into(), known);
        }
    }

    pub(super) fn forget(&self, token: &str) {
        self.tokens.remove(token);
    }
}

#[cfg(test)]
mod tests {
    use prometheus::Opts;

    use super::*;
    use crate::auth::{IssuedBy, Subject};

    fn known() -> Known {
        let token = Verified {
            subject: Subject::Int(7),
            issued_by: IssuedBy::Gateway,
            session: None,
            generation: None,
            issued_at: None,
            expires_at: None,
            digest: None,
            scopes: Vec::new(),
            roles: Vec::new(),
        };
        let dates = Dates { expires: None, not_before: None, issued: None };
        Known { token: Arc::new(token), dates, kid: None }
    }

    #[test]
    fn a_token_is_known_until_it_is_forgotten_and_a_long_one_never_is() {
        let counters = IntCounterVec::new(Opts::new("verified", "in tests"), &["result"]).expect("a counter");
        let tokens = VerifiedTokens::new(CacheFigures::of(&counters));
        let (longest, is_too_long) = ("a".repeat(LONGEST), "a".repeat(LONGEST + 1));
        assert!(tokens.find(&longest).is_none());
        tokens.add(&longest, known());
        tokens.add(&is_too_long, known());
        assert!(tokens.find(&longest).is_some());
        assert!(tokens.find(&is_too_long).is_none());
        tokens.forget(&longest);
        assert!(tokens.find(&longest).is_none());
        let counted = ["hit", "miss"].map(|result| counters.with_label_values(&[result]).get());
        assert_eq!(counted, [1, 2]);
    }
}
