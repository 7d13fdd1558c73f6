//! Counts what clients saw, and keeps the first few things that they complained of.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use parking_lot::Mutex;

use super::asking::Settled;

/// What a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Validation,
    Refresh,
    Login,
    Logout,
    /// What must not be let in.
    Refusal,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    figures: Mutex<Figures>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Figures {
    pub(super) validations: Served,
    pub(super) refreshes: Served,
    pub(super) logins: Served,
    pub(super) logouts: Served,
    pub(super) refusals: Served,
    /// Answers of any kind and status.
    pub(super) answers: u64,
    /// 503 with `Retry-After` while the database was away on purpose.
    pub(super) planned: u64,
    pub(super) unplanned: u64,
    pub(super) logged_out: u64,
    /// Of the wrong user, or to a token that is none any more.
    pub(super) wrong: u64,
    pub(super) lost: u64,
    pub(super) at_once: u64,
    pub(super) throttled: u64,
    /// Connections that were kept, and gone when they were used again.
    pub(super) reconnected: u64,
    /// Of the keys that signed the tokens which were handed out.
    pub(super) keys: BTreeSet<String>,
    /// The first few of each kind.
    pub(super) complaints: BTreeMap<&'static str, Vec<String>>,
}

/// What became of the requests of a kind, each with its retries.
#[derive(Debug, Clone, Default)]
pub(super) struct Served {
    pub(super) asked: u64,
    pub(super) served: u64,
    pub(super) retried: u64,
    /// Of each good answer, without the waiting before a retry.
    pub(super) latencies: Vec<Duration>,
    /// From the first attempt to the good answer.
    pub(super) longest: Duration,
}

const COMPLAINTS: usize = 6;

impl Tally {
    pub(super) fn change(&self, change: impl FnOnce(&mut Figures)) {
        change(&mut self.figures.lock());
    }

    pub(super) fn figures(&self) -> Figures {
        self.figures.lock().clone()
    }

    pub(super) fn served(&self, kind: Kind, settled: &Settled) {
        self.change(|figures| {
            let served = figures.of(kind);
            served.asked += 1;
            served.served += 1;
            served.retried += u64::from(settled.retries > 0);
            served.latencies.push(settled.latency);
            served.longest = served.longest.max(settled.waited);
        });
    }

    pub(super) fn missed(&self, kind: Kind, why: &str) {
        self.change(|figures| {
            figures.of(kind).asked += 1;
            figures.complain("not served", format!("{kind:?}: {why}"));
        });
    }

    pub(super) fn wrong(&self, what: &str) {
        self.change(|figures| {
            figures.wrong += 1;
            figures.complain("wrong answer", what.to_owned());
        });
    }

    pub(super) fn logged_out(&self, how: &str) {
        self.change(|figures| {
            figures.logged_out += 1;
            figures.complain("logged out", how.to_owned());
        });
    }
}

impl Figures {
    fn of(&mut self, kind: Kind) -> &mut Served {
        match kind {
            Kind::Validation => &mut self.validations,
            Kind::Refresh => &mut self.refreshes,
            Kind::Login => &mut self.logins,
            Kind::Logout => &mut self.logouts,
            Kind::Refusal => &mut self.refusals,
        }
    }

    pub(super) fn complain(&mut self, of: &'static str, what: String) {
        let complaints = self.complaints.entry(of).or_default();
        if complaints.len() < COMPLAINTS {
            complaints.push(what);
        }
    }
}

impl Served {
    /// Of the requests that were made; one if there were none.
    pub(super) fn share(&self) -> f64 {
        if self.asked == 0 { 1.0 } else { self.served as f64 / self.asked as f64 }
    }

    pub(super) fn quantile(&self, share: f64) -> Duration {
        let mut latencies = self.latencies.clone();
        latencies.sort_unstable();
        let last = latencies.len().saturating_sub(1);
        latencies.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
    }
}
