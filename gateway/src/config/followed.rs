//! A file or a directory that may change while the process runs: when to look at it, and when what was found has settled.
//!
//! The directory is watched, because an editor's rename and a symbolic link that is swapped replace what is in it; it is
//! also looked at twice a second, because a mount from elsewhere sends no event.

use std::{path::Path, time::Duration};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    time::{Instant, Interval, interval, sleep_until},
};
use tracing::warn;

const POLL: Duration = Duration::from_millis(500);

/// Judged when two looks this far apart agree: half of a file that is being written is often valid, an editor that keeps
/// a backup takes the file away for a moment, and a command writes a key and then the list.
const SETTLED: Duration = Duration::from_millis(100);

/// Between two looks, however many changes are told: a storm of them must not cost a core.
const REST: Duration = Duration::from_millis(50);

/// `T` is by what two contents are told apart.
pub struct Followed<T> {
    judged: T,
    seen: T,
    settled: Instant,
    /// When the last look was due.
    looked: Instant,
    polls: Interval,
    changes: Receiver<()>,
    _watcher: Option<RecommendedWatcher>,
}

/// A look that is due, and whether what it finds may be judged.
pub struct Due {
    may_judge: bool,
}

impl<T: PartialEq + Clone> Followed<T> {
    /// `judged` is in force; `what` is for the log.
    pub fn new(directory: &Path, what: &str, judged: T) -> Self {
        let (changed, changes) = mpsc::channel(1);
        Self {
            seen: judged.clone(),
            judged,
            settled: Instant::now(),
            looked: Instant::now(),
            polls: interval(POLL),
            changes,
            _watcher: watch(directory, what, changed),
        }
    }

    pub async fn due(&mut self) -> Due {
        let rested = self.looked + REST;
        let changed = async {
            sleep_until(rested).await;
            self.changes.recv().await
        };
        let due = tokio::select! {
            _ = self.polls.tick() => Due { may_judge: false },
            Some(()) = changed => Due { may_judge: false },
            () = sleep_until(self.settled), if self.seen != self.judged => Due { may_judge: true },
        };
        self.looked = Instant::now();
        due
    }

    /// Whether it is to be judged now: it differs from what was judged last, and is as it was at the look before.
    pub fn found(&mut self, due: &Due, content: T) -> bool {
        if content != self.seen {
            self.seen = content;
            self.unsettled();
            return false;
        }
        if due.may_judge {
            self.judged = content;
        }
        due.may_judge
    }

    /// It could not be looked at, for it changed meanwhile.
    pub fn unsettled(&mut self) {
        self.settled = Instant::now() + SETTLED;
    }
}

/// Without a watcher the polls alone still see every change, half a second later.
fn watch(directory: &Path, what: &str, changed: Sender<()>) -> Option<RecommendedWatcher> {
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        if is_change(&event) {
            // Full means that a look is due already.
            let _ = changed.try_send(());
        }
    })
    .and_then(|mut watcher| {
        watcher.watch(directory, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    watcher.inspect_err(|error| warn!(error = %error, "{what} polled only")).ok()
}

/// To read is an event as well: to follow it would be to read for ever.
fn is_change(event: &notify::Result<Event>) -> bool {
    !event.as_ref().is_ok_and(|event| event.kind.is_access())
}

#[cfg(test)]
mod tests {
    use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RenameMode};

    use super::*;

    #[test]
    fn reading_the_file_is_no_reason_to_read_it_again() {
        let change = |kind| is_change(&Ok(Event::new(kind)));
        for kind in [
            EventKind::Create(CreateKind::File),
            EventKind::Modify(ModifyKind::Name(RenameMode::To)),
            EventKind::Modify(ModifyKind::Any),
            EventKind::Any,
        ] {
            assert!(change(kind), "{kind:?}");
        }
        for kind in [AccessKind::Open(AccessMode::Any), AccessKind::Close(AccessMode::Read), AccessKind::Any]
        {
            assert!(!change(EventKind::Access(kind)), "{kind:?}");
        }
        assert!(is_change(&Err(notify::Error::generic("the queue overflowed"))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_of_changes_is_looked_at_twenty_times_a_second() {
        let directory = tempfile::tempdir().unwrap();
        let mut followed = Followed::new(directory.path(), "nothing is", 1);
        let (changed, changes) = mpsc::channel(1);
        followed.changes = changes;
        let storm = async { while changed.send(()).await.is_ok() {} };
        let looks = async {
            let begun = Instant::now();
            let mut looks = 0;
            while begun.elapsed() < Duration::from_secs(1) {
                followed.due().await;
                looks += 1;
            }
            looks
        };
        let looks = tokio::select! {
            () = storm => 0,
            looks = looks => looks,
        };
        // The polls come in between.
        assert!((15..=25).contains(&looks), "{looks}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_two_looks_agree_on_is_judged_once() {
        let directory = tempfile::tempdir().unwrap();
        let mut followed = Followed::new(directory.path(), "nothing is", 1);
        let look = |may_judge| Due { may_judge };
        assert!(!followed.found(&look(false), 1));
        assert!(!followed.found(&look(false), 2));
        assert!(!followed.found(&look(false), 2), "a poll alone does not say that it has settled");
        assert!(!followed.found(&look(true), 3));
        assert!(followed.found(&look(true), 3));
        // Nothing differs any more: no look is due but the next poll.
        assert!(!followed.due().await.may_judge);
        let before = Instant::now();
        assert!(!followed.found(&look(false), 4));
        while !followed.due().await.may_judge {}
        assert!(before.elapsed() >= SETTLED);
        assert!(followed.found(&look(true), 4));
    }
}
