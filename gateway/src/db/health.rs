//! Whether the database may be asked now: what came of the last statements and probes decides it.

mod breaker;
mod figures;
mod prober;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, timeout},
};
use tracing::{info, warn};

use super::{DatabaseFailure, DatabaseProblem, Meaning, seats::Seat};
use breaker::{Breaker, Next, Outcome, Pass, Probed, Refusal, Turn};

pub use figures::{Counted, Refused};
pub use prober::Prober;

/// Who waits in vain finds room as soon as somebody leaves.
const CROWDED: Duration = Duration::from_secs(1);

/// A handle; clones share one judgement. That of a place speaks for the request that holds it.
#[derive(Clone)]
pub(super) struct Health {
    judge: Arc<Judge>,
    visit: Option<Arc<Visit>>,
}

struct Judge {
    breaker: Mutex<Breaker>,
    /// There is something for the prober to do.
    wake: Notify,
    has_looked: watch::Sender<bool>,
    counters: figures::Counters,
}

struct Visit {
    pass: Pass,
    has_worked: AtomicBool,
    has_failed: AtomicBool,
}

/// One of the bounded places in front of the pool; dropping it makes room.
pub(super) struct Place {
    judge: Arc<Judge>,
    visit: Arc<Visit>,
    seat: Option<Seat>,
}

impl Health {
    pub(super) fn new(size: usize) -> Self {
        let breaker = Breaker::new(size, fastrand::Rng::new(), Instant::now());
        let judge = Judge {
            breaker: Mutex::new(breaker),
            wake: Notify::new(),
            has_looked: watch::Sender::new(false),
            counters: figures::Counters::default(),
        };
        Self { judge: Arc::new(judge), visit: None }
    }

    /// A place, or why the database is not asked and when to come back.
    pub(super) fn admit(&self) -> Result<Place, DatabaseFailure> {
        let admitted = self.judge.breaker.lock().admit(Instant::now());
        match admitted {
            Ok(pass) => {
                let visit = Visit { pass, has_worked: false.into(), has_failed: false.into() };
                Ok(Place { judge: Arc::clone(&self.judge), visit: Arc::new(visit), seat: None })
            }
            Err(refusal) => Err(self.judge.refused(refusal)),
        }
    }

    /// The server answered: a result, or a refusal that shows it at work.
    pub(super) fn worked(&self) {
        let Some(visit) = &self.visit else { return };
        visit.has_worked.store(true, Relaxed);
        self.judge.breaker.lock().worked(visit.pass, Instant::now());
    }

    pub(super) fn failed(&self, meaning: Meaning) {
        self.failed_as(meaning, DatabaseProblem::meant(meaning));
    }

    /// The same, where more is known than what it means.
    pub(super) fn failed_as(&self, meaning: Meaning, problem: DatabaseProblem) {
        self.judge.counters.failed(meaning);
        let Some(visit) = &self.visit else { return };
        if matches!(meaning, Meaning::Conflict | Meaning::Ours) {
            return self.worked();
        }
        // A request counts once, however many of its statements fail.
        if visit.has_failed.swap(true, Relaxed) {
            return;
        }
        let has_worked = visit.has_worked.load(Relaxed);
        let turn = self.judge.breaker.lock().failed(visit.pass, has_worked, meaning, problem, Instant::now());
        tell(turn);
        self.judge.wake.notify_one();
    }

    /// No connection came free in time, which is no fault of the database's unless nothing works at all.
    pub(super) fn waited_in_vain(&self) -> DatabaseFailure {
        self.judge.counters.refused(Refused::Wait);
        if self.judge.breaker.lock().doubt(Instant::now()) {
            self.judge.wake.notify_one();
        }
        DatabaseFailure::Crowded { retry_after: CROWDED }
    }

    pub(super) fn connected(&self, good: bool) {
        self.judge.counters.connected(good);
    }

    /// What the server allows, which is not sought any more. Whether that is news.
    pub(super) fn fit(&self, size: usize) -> bool {
        let mut breaker = self.judge.breaker.lock();
        breaker.resize(size);
        breaker.fitted()
    }

    /// Why the database cannot be used, as far as is known without asking it; while the first look is not over, asks
    /// for so much patience.
    pub(super) async fn problem(&self, patience: Duration) -> Option<DatabaseProblem> {
        let mut has_looked = self.judge.has_looked.subscribe();
        if timeout(patience, has_looked.wait_for(|looked| *looked)).await.is_err() {
            return Some(DatabaseProblem::TimedOut);
        }
        self.judge.breaker.lock().away().map(|away| away.problem)
    }

    pub(super) fn counted(&self) -> Counted {
        self.judge.counters.read()
    }

    pub(super) fn level(&self) -> u8 {
        self.judge.breaker.lock().level()
    }
}

impl Judge {
    fn refused(&self, refusal: Refusal) -> DatabaseFailure {
        match refusal {
            Refusal::Open(retry_after) => {
                // It may have been put off because nobody asked.
                self.wake.notify_one();
                self.counters.refused(Refused::Open);
                DatabaseFailure::Away { retry_after }
            }
            Refusal::Shed(retry_after) => {
                self.counters.refused(Refused::Shed);
                DatabaseFailure::Crowded { retry_after }
            }
        }
    }

    fn next(&self) -> Next {
        let mut breaker = self.breaker.lock();
        let now = Instant::now();
        let turn = breaker.settle(now);
        let next = breaker.next(now);
        drop(breaker);
        tell(turn);
        next
    }

    fn probed(&self, probed: Probed) {
        self.counters.probed(probed == Probed::Worked);
        let turn = self.breaker.lock().probed(probed, Instant::now());
        tell(turn);
        self.has_looked.send_replace(true);
    }

    fn is_away(&self) -> bool {
        self.breaker.lock().away().is_some()
    }
}

impl Place {
    /// That the database may still be asked, now that there is a seat: else all who waited would try it once more.
    pub(super) fn confirm(&self) -> Result<(), DatabaseFailure> {
        let confirmed = self.judge.breaker.lock().confirm(self.visit.pass, Instant::now());
        confirmed.map_err(|refusal| self.judge.refused(refusal))
    }

    /// The right to a connection goes with the place.
    pub(super) fn sit(&mut self, seat: Seat) {
        self.seat = Some(seat);
    }

    /// How many connections there are to be.
    pub(super) fn most(&self) -> usize {
        self.seat.as_ref().map_or(usize::MAX, Seat::most)
    }

    /// Speaks for the request that holds this place.
    pub(super) fn health(&self) -> Health {
        Health { judge: Arc::clone(&self.judge), visit: Some(Arc::clone(&self.visit)) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let outcome = match (self.visit.has_failed.load(Relaxed), self.visit.has_worked.load(Relaxed)) {
            (true, _) => Outcome::Failed,
            (false, true) => Outcome::Worked,
            (false, false) => Outcome::Nothing,
        };
        self.judge.breaker.lock().leave(self.visit.pass, outcome, Instant::now());
    }
}

/// One line when requests are refused, one when they are served again.
fn tell(turn: Option<Turn>) {
    match turn {
        None => {}
        Some(Turn::Opened(away)) => {
            let (why, meaning) = (away.problem.to_string(), away.meaning.name());
            warn!(
                missing = "database",
                why, meaning, "degraded: routes that need the database answer 503 until it is back"
            );
        }
        Some(Turn::Closed { away_for }) => {
            info!(away_ms = away_for.as_millis() as u64, "the database is back");
        }
    }
}
