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
