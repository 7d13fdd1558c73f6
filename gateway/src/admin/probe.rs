//! What is missing right now, asked at most once a second however many ask.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use super::Observed;
use crate::{db::DatabaseProblem, legacy::ConnectProblem};

/// An orchestrator gives a probe a second.
pub(super) const LIMIT: Duration = Duration::from_millis(500);

/// Several orchestrators, a scrape and a curious human must not be a load on what they ask about.
pub(super) const FRESH: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Legacy,
    Database,
}

impl Part {
    pub(super) const ALL: [Self; 2] = [Self::Legacy, Self::Database];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Database => "database",
        }
    }
}

/// A part that cannot be used.
#[derive(Clone, Debug)]
pub(super) struct Missing {
    pub(super) part: Part,
    pub(super) why: String,
    /// It did not refuse; it has not answered yet.
    pub(super) is_slow: bool,
    /// When a probe first missed it.
    pub(super) since: SystemTime,
}

/// The last result, and the right to ask anew: whoever holds the lock asks, all others wait for what comes of it.
#[derive(Default)]
pub struct Probe {
    last: tokio::sync::Mutex<Option<Seen>>,
}

#[derive(Clone)]
pub(super) struct Seen {
    at: Instant,
    pub(super) moment: SystemTime,
    pub(super) missing: Arc<[Missing]>,
}

impl Observed {
    pub(super) async fn degraded(&self) -> Arc<[Missing]> {
        let mut last = self.probe.last.lock().await;
        let known = match &*last {
            Some(seen) if seen.at.elapsed() < FRESH => return Arc::clone(&seen.missing),
            Some(seen) => Arc::clone(&seen.missing),
            None => Arc::new([]),
        };
        let running = self.running.load_full();
        let reach = async {
            // Once it is gone, nobody misses it.
            if running.is_legacy_gone {
                Ok(())
            } else {
                self.legacy.reach(running.legacy.addresses.clone(), LIMIT).await
            }
        };
        let (legacy, database) = tokio::join!(reach, self.database.problem(LIMIT));
        let legacy = legacy.err().map(|why| Missing {
            is_slow: matches!(why, ConnectProblem::TimedOut),
            ..missing(&known, Part::Legacy, why)
        });
        let database = database.map(|why| Missing {
            is_slow: matches!(why, DatabaseProblem::TimedOut),
            ..missing(&known, Part::Database, why)
        });
        let missing: Arc<[Missing]> = legacy.into_iter().chain(database).collect();
        *last = Some(Seen { at: Instant::now(), moment: SystemTime::now(), missing: Arc::clone(&missing) });
        missing
    }

    /// What the last probe found, without asking again: a scrape must not wake a database that sleeps.
    pub(super) async fn last_probe(&self) -> Option<Seen> {
        self.probe.last.lock().await.clone()
    }
}

fn missing(known: &[Missing], part: Part, why: impl fmt::Display) -> Missing {
    let before = known.iter().find(|missing| missing.part == part);
    let since = before.map_or_else(SystemTime::now, |missing| missing.since);
    Missing { part, why: why.to_string(), is_slow: false, since }
}
