//! The judgement over the database, from what requests and probes saw of it: whom it lets in, and when it asks again.
//!
//! Pure: whoever calls it brings the time. A failure speaks against the database only when nothing has worked since
//! its request was let in, so that one slow statement, a held lock or a read-only table shuts nobody out.

mod probing;
mod recent;
mod seeking;

use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use super::super::{DatabaseProblem, Meaning};
use probing::Probing;
use recent::Recent;
use seeking::Seeking;

/// More would only wait longer than they may.
const WAITING_PER_CONNECTION: usize = 4;
const SHED_RETRY: Duration = Duration::from_secs(1);
/// What takes longer is silence: it may be the database's or one statement's, and only asking tells.
const QUICK: Duration = Duration::from_secs(1);
const SILENCE: Duration = Duration::from_millis(500);
const LOOK_LIMIT: Duration = Duration::from_secs(3);
const LOOK_PAUSE: Duration = Duration::from_secs(1);
/// A database that sleeps may need this long to wake up.
const PROBE_LIMIT: Duration = Duration::from_secs(10);
const RAMP_FIRST: usize = 2;
/// Without requests to show that all is well, time must.
const RAMP_ROUND: Duration = Duration::from_millis(250);

pub(super) struct Breaker {
    state: State,
    /// Counts the times it opened: what was let in before knows nothing of what is now.
    epoch: u64,
    held: usize,
    size: usize,
    recent: Recent,
    worked: Option<Instant>,
    asked: Instant,
    probing: Probing,
    seeking: Seeking,
}

enum State {
    Closed { look: Option<Look>, looked: Option<Instant> },
    Ramp { away: Away, began: Instant, rounds: u32, held: usize, ended: usize },
    Open { away: Away },
}

/// That the prober is to look whether the database is there, though requests are let in.
#[derive(Clone, Copy, Debug)]
struct Look {
    doubted: Instant,
    due: Instant,
}

/// Why requests are refused, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Away {
    pub(super) meaning: Meaning,
    pub(super) problem: DatabaseProblem,
    pub(super) since: Instant,
}

/// That a request was let in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    epoch: u64,
    began: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Open(Duration),
    Shed(Duration),
}

/// What became of a request that was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Worked,
    Failed,
    Nothing,
}

/// What a probe saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probed {
    Worked,
    /// There is a server, and no connection to spare: it says nothing about those that are open.
    Full,
    Failed(Meaning, DatabaseProblem),
}

/// A change that people are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Opened(Away),
    Closed { away_for: Duration },
}

/// What the prober has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Rest,
    At(Instant),
    /// Once, within this time.
    Probe(Duration),
}

impl Breaker {
    /// The prober looks once at the start, with the patience that a sleeping database needs.
    pub(super) fn new(size: usize, random: Rng, now: Instant) -> Self {
        Self {
            state: State::Closed { look: None, looked: None },
            epoch: 0,
            held: 0,
            size,
            recent: Recent::default(),
            worked: None,
            asked: now,
            probing: Probing::new(random, now),
            seeking: Seeking::new(now),
        }
    }

    pub(super) fn resize(&mut self, size: usize) {
        self.size = size;
    }

    /// What the server allows is known. Whether that is news.
    pub(super) fn fitted(&mut self) -> bool {
        self.seeking.end()
    }

    pub(super) fn admit(&mut self, now: Instant) -> Result<Pass, Refusal> {
        self.asked = now;
        let most = self.ramp_most(now);
        match &mut self.state {
            State::Open { away } => {
                self.probing.hurry(away.meaning, now);
                return Err(Refusal::Open(self.probing.retry_after(now)));
            }
            State::Ramp { held, .. } if *held >= most => {
                return Err(Refusal::Open(self.probing.retry_after(now)));
            }
            State::Closed { .. } | State::Ramp { .. } => {}
        }
        if self.held >= self.size * WAITING_PER_CONNECTION {
            return Err(Refusal::Shed(SHED_RETRY));
        }
        if let State::Ramp { held, .. } = &mut self.state {
            *held += 1;
        }
        self.held += 1;
        Ok(Pass { epoch: self.epoch, began: now })
    }

    /// Asked again by a request that has waited meanwhile: it may have been let in before the database went.
    pub(super) fn confirm(&mut self, pass: Pass, now: Instant) -> Result<(), Refusal> {
        if pass.epoch == self.epoch || matches!(self.state, State::Closed { .. }) {
            return Ok(());
        }
        Err(Refusal::Open(self.probing.retry_after(now)))
    }

    pub(super) fn worked(&mut self, pass: Pass, now: Instant) {
        if pass.epoch == self.epoch {
            self.worked = Some(now);
            self.recent.end_row();
        }
    }

    pub(super) fn failed(
        &mut self,
        pass: Pass,
        has_worked: bool,
        meaning: Meaning,
        problem: DatabaseProblem,
        now: Instant,
    ) -> Option<Turn> {
        if pass.epoch != self.epoch || matches!(self.state, State::Open { .. }) {
            return None;
        }
        match meaning {
            Meaning::Conflict | Meaning::Ours => {
                self.worked(pass, now);
                None
            }
            Meaning::Quota | Meaning::Credentials => self.open(meaning, problem, now),
            Meaning::Unavailable => {
                let is_quick = now.duration_since(pass.began) < QUICK;
                let is_contradicted = self.worked.is_some_and(|worked| worked >= pass.began);
                if !is_quick {
                    self.doubt(now);
                }
                if is_contradicted && (has_worked || !is_quick) {
                    return None;
                }
                self.recent.bad(is_contradicted, now);
                let is_ramp = matches!(self.state, State::Ramp { .. });
                (is_ramp || self.recent.speak_against(now))
                    .then(|| self.open(meaning, problem, now))
                    .flatten()
            }
        }
    }

    /// Nobody answers, and nothing was refused either: a look will tell. Whether there is one to be made now.
    pub(super) fn doubt(&mut self, now: Instant) -> bool {
        if self.worked.is_some_and(|worked| now.duration_since(worked) < SILENCE) {
            return false;
        }
        match &mut self.state {
            State::Closed { look, looked } => {
                let due = looked.map_or(now, |looked| now.max(looked + LOOK_PAUSE));
                look.get_or_insert(Look { doubted: now, due });
                true
            }
            State::Ramp { .. } | State::Open { .. } => false,
        }
    }

    pub(super) fn leave(&mut self, pass: Pass, outcome: Outcome, now: Instant) {
        self.held = self.held.saturating_sub(1);
        if pass.epoch != self.epoch {
            return;
        }
        if outcome == Outcome::Worked {
            self.recent.good(now);
        }
        if let State::Ramp { held, ended, rounds, .. } = &mut self.state {
            *held = held.saturating_sub(1);
            *ended += usize::from(outcome == Outcome::Worked);
            if *ended >= RAMP_FIRST << *rounds {
                (*ended, *rounds) = (0, *rounds + 1);
            }
        }
    }

    pub(super) fn next(&mut self, now: Instant) -> Next {
        match &mut self.state {
            // Whatever worked meanwhile: no request asks what the server allows.
            State::Closed { look, looked } if self.seeking.is_due(now) => {
                (*look, *looked) = (None, Some(now));
                Next::Probe(PROBE_LIMIT)
            }
            State::Closed { look, looked } => {
                if look.is_some_and(|look| look.due <= now && self.worked > Some(look.doubted)) {
                    *look = None;
                }
                match look.map(|look| look.due) {
                    Some(due) if due <= now => {
                        (*look, *looked) = (None, Some(now));
                        Next::Probe(LOOK_LIMIT)
                    }
                    due => due.into_iter().chain(self.seeking.next()).min().map_or(Next::Rest, Next::At),
                }
            }
            State::Ramp { .. } => Next::At(now + RAMP_ROUND),
            State::Open { .. } if self.probing.next() <= now => {
                self.probing.begin(now);
                Next::Probe(PROBE_LIMIT)
            }
            State::Open { .. } => Next::At(self.probing.next()),
        }
    }

    pub(super) fn probed(&mut self, probed: Probed, now: Instant) -> Option<Turn> {
        self.seeking.plan(probed == Probed::Worked, now);
        match (&mut self.state, probed) {
            (State::Closed { .. }, Probed::Worked) => {
                self.worked = Some(now);
                None
            }
            // Requests went on meanwhile, and know more.
            (State::Closed { looked, .. }, Probed::Failed(meaning, problem)) => {
                let looked = looked.unwrap_or(now);
                let is_contradicted = self.worked.is_some_and(|worked| worked >= looked);
                (!is_contradicted).then(|| self.open(meaning, problem, now)).flatten()
            }
            (State::Closed { .. }, Probed::Full) | (State::Ramp { .. }, _) => None,
            (State::Open { away }, Probed::Worked) => {
                let away = *away;
                self.worked = Some(now);
                self.state = State::Ramp { away, began: now, rounds: 0, held: 0, ended: 0 };
                self.settle(now)
            }
            (State::Open { away }, Probed::Full) => {
                self.probing.plan(away.meaning, self.asked, now);
                None
            }
            (State::Open { away }, Probed::Failed(meaning, problem)) => {
                (away.meaning, away.problem) = (meaning, problem);
                self.probing.plan(meaning, self.asked, now);
                None
            }
        }
    }

    /// A ramp ends when it lets in as many as there are connections.
    pub(super) fn settle(&mut self, now: Instant) -> Option<Turn> {
        let most = self.ramp_most(now);
        let State::Ramp { away, .. } = &self.state else { return None };
        if most < self.size {
            return None;
        }
        let away_for = now.duration_since(away.since);
        self.state = State::Closed { look: None, looked: None };
        self.recent = Recent::default();
        self.probing.forget();
        Some(Turn::Closed { away_for })
    }

    /// Nothing while requests are let in.
    pub(super) fn away(&self) -> Option<Away> {
        match &self.state {
            State::Open { away } => Some(*away),
            State::Closed { .. } | State::Ramp { .. } => None,
        }
    }

    /// As the metric has it: 0 closed, 1 ramp, 2 open.
    pub(super) fn level(&self) -> u8 {
        match self.state {
            State::Closed { .. } => 0,
            State::Ramp { .. } => 1,
            State::Open { .. } => 2,
        }
    }

    fn ramp_most(&self, now: Instant) -> usize {
        let State::Ramp { began, rounds, .. } = &self.state else { return usize::MAX };
        let waited = now.duration_since(*began).as_millis() / RAMP_ROUND.as_millis();
        let rounds = rounds.saturating_add(u32::try_from(waited).unwrap_or(u32::MAX));
        RAMP_FIRST.saturating_mul(1 << rounds.min(20))
    }

    /// People are told only of what was not already going on.
    fn open(&mut self, meaning: Meaning, problem: DatabaseProblem, now: Instant) -> Option<Turn> {
        let (since, is_news) = match &self.state {
            State::Closed { .. } => (now, true),
            State::Ramp { away, .. } | State::Open { away } => (away.since, false),
        };
        let away = Away { meaning, problem, since };
        self.epoch += 1;
        self.state = State::Open { away };
        self.recent = Recent::default();
        self.probing.plan(meaning, self.asked, now);
        is_news.then_some(Turn::Opened(away))
    }
}

#[cfg(test)]
mod tests;
