//! What is counted of sessions: how they begin, go on and end.

use prometheus::IntCounterVec;

use super::{Maker, names};
use crate::auth::sessions::{ENDS, Refusal};

/// Cheap to clone; all clones count into the same registry.
#[derive(Clone)]
pub struct SessionMetrics {
    opened: IntCounterVec,
    refreshes: IntCounterVec,
    ended: IntCounterVec,
}

impl SessionMetrics {
    pub(super) fn new(maker: &Maker) -> Result<Self, prometheus::Error> {
        let opened = maker.counters(&names::SESSIONS_OPENED)?;
        let refreshes = maker.counters(&names::REFRESHES)?;
        let ended = maker.counters(&names::SESSIONS_ENDED)?;
        for by in ["login", "register"] {
            opened.with_label_values(&[by]);
        }
        for result in Refusal::ALL.map(Refusal::name).into_iter().chain(["good", "failed"]) {
            refreshes.with_label_values(&[result]);
        }
        for reason in ENDS {
            ended.with_label_values(&[reason]);
        }
        Ok(Self { opened, refreshes, ended })
    }

    pub fn opened(&self, by: &'static str) {
        self.opened.with_label_values(&[by]).inc();
    }

    /// Nothing is known of one for which the database gave no answer.
    pub fn refreshed(&self, refusal: Option<Option<Refusal>>) {
        let result = match refusal {
            None => "failed",
            Some(None) => "good",
            Some(Some(refusal)) => refusal.name(),
        };
        self.refreshes.with_label_values(&[result]).inc();
    }

    pub fn ended(&self, reason: &'static str, sessions: i64) {
        self.ended.with_label_values(&[reason]).inc_by(u64::try_from(sessions).unwrap_or(0));
    }
}
