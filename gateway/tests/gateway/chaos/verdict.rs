//! What must hold after every run, whatever the fault was.

use std::time::Duration;

use super::{
    record::{Kind, Record, Seen},
    rows::{Rows, Sessions},
};

/// The routes' own, as the routes file of the stage says it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(2);

/// For what is not the gateway's: clients, proxy, server and whatever else runs share the processors with it. How
/// long that can take is seen on those routes that ask nothing of the database.
const SLACK: Duration = Duration::from_millis(500);
pub(crate) const SERVED_WITHIN: Duration = Duration::from_secs(5);

/// What nobody but a person can mend is looked at every half a minute.
pub(crate) const SEEN_WITHIN: Duration = Duration::from_secs(40);

/// The pool's, the few that relieve dead ones, and one of the prober's own.
pub(crate) const SESSIONS: i64 = 16 + 4 + 1;

/// Whoever was let in before anybody knew tries once, four for every place in the pool; the pool is filled again.
const ATTEMPTS: usize = 4 * 16 + 16;

/// The prober's, who asks ever more seldom, and what the ramp lets in too early.
const ATTEMPTS_A_SECOND: usize = 2;
const SHOWN: usize = 5;

/// Everything that was wrong.
pub(crate) struct Verdict {
    pub(crate) complaints: Vec<String>,
    slack: Duration,
}

impl Verdict {
    pub(crate) fn over(records: &[Record]) -> Self {
        let proxied = records.iter().filter(|record| record.kind == Kind::Proxied);
        let slowest = proxied.map(|record| record.took).max().unwrap_or_default();
        Self { complaints: Vec::new(), slack: SLACK + slowest }
    }

    pub(crate) fn on_answers(&mut self, records: &[Record]) {
        for kind in [Kind::Proxied, Kind::Read, Kind::Write] {
            let of_kind = || records.iter().filter(move |record| record.kind == kind);
            let is_allowed = |seen: &Seen| match seen {
                Seen::Done => true,
                Seen::Away => kind != Kind::Proxied,
                Seen::Unknown => kind == Kind::Write,
                Seen::Wrong(_) => false,
            };
            self.all(
                of_kind().filter(|record| !is_allowed(&record.seen)),
                &format!("{kind:?}: wrong answer"),
            );
            let most = if kind == Kind::Proxied { Duration::MAX } else { DEADLINE + self.slack };
            let is_late = |record: &&Record| record.took > most;
            self.all(of_kind().filter(is_late), &format!("{kind:?}: later than its deadline"));
        }
    }

    pub(crate) fn on_rows(&mut self, records: &[Record], rows: &Rows) {
        for record in records {
            let Some(title) = &record.title else { continue };
            let times = rows.written.get(title).copied().unwrap_or_default();
            let is_right = match record.seen {
                Seen::Done => times == 1,
                Seen::Unknown => times <= 1,
                Seen::Away => times == 0,
                // Complained of already.
                Seen::Wrong(_) => times <= 1,
            };
            if !is_right {
                self.complaints.push(format!("`{title}` was written {times} times: {record}"));
            }
        }
        if rows.by_half > 0 {
            self.complaints.push(format!("{} rows were written by half", rows.by_half));
        }
    }

    pub(crate) fn on_sessions(&mut self, sessions: &Sessions, most: i64) {
        if sessions.busy > 0 || sessions.total > most {
            self.complaints.push(format!("leaked: {sessions:?}"));
        }
    }

    pub(crate) fn on_return(&mut self, served_after: Option<Duration>, within: Duration) {
        if served_after.is_none_or(|after| after > within + self.slack) {
            self.complaints.push(format!("no full service within {within:?}: {served_after:?}"));
        }
    }

    /// A storm would be an attempt for every request.
    pub(crate) fn on_attempts(&mut self, attempts: usize, lasted: Duration) {
        let most = ATTEMPTS + ATTEMPTS_A_SECOND * usize::try_from(lasted.as_secs() + 1).unwrap();
        if attempts > most {
            self.complaints
                .push(format!("{attempts} connections were tried in {lasted:?}, {most} are enough"));
        }
    }

    fn all<'a>(&mut self, wrong: impl Iterator<Item = &'a Record>, what: &str) {
        let wrong: Vec<_> = wrong.collect();
        if !wrong.is_empty() {
            let first: Vec<_> = wrong.iter().take(SHOWN).map(|record| record.to_string()).collect();
            self.complaints.push(format!("{what}, {} times: {}", wrong.len(), first.join("\n")));
        }
    }
}
