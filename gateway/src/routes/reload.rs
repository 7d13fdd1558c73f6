//! Takes a changed `routes.toml` while the process runs.
//!
//! The parent directory is watched, because an editor's rename and a Kubernetes symlink swap replace the file; the
//! content is also compared twice a second, because a single-file mount sends no event. A good file takes effect
//! whole and for new requests only; a bad one changes nothing.

use std::{path::Path, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::sync::mpsc;
use tracing::{error, info, warn};

use super::{
    file::{Known, RoutesFile},
    running::{Running, Sources},
};
use crate::{
    config::mistakes::{Mistake, Mistakes},
    telemetry::metrics::Metrics,
};

const POLL: Duration = Duration::from_millis(500);

/// A file that two polls in a row could not read is gone.
const MISSED: u32 = 2;

pub struct Reload {
    pub sources: Sources,
    pub running: Arc<ArcSwap<Running>>,
    pub metrics: Metrics,
}

/// Reads and validates the file; the text goes with it, so that a later change can be told.
pub fn read(path: &Path, known: &Known<'_>) -> Result<(RoutesFile, String), Mistakes> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let remedy = "name a readable file in ROUTES_FILE; `schema = 1` alone is a complete one";
        Mistakes::from(Mistake::in_file(path, format!("cannot be read: {error}"), remedy))
    })?;
    Ok((RoutesFile::parse(path, &text, known)?, text))
}

#[async_trait]
impl BackgroundService for Reload {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let (changed, mut changes) = mpsc::channel(1);
        let _watcher = self.watch(changed);
        let mut polls = tokio::time::interval(POLL);
        let mut seen = Seen::Text(self.running.load().text.clone());
        let mut missed = 0;
        loop {
            tokio::select! {
                _ = polls.tick() => missed += 1,
                Some(()) = changes.recv() => {}
                _ = shutdown.changed() => return,
            }
            match std::fs::read_to_string(&self.sources.routes_path) {
                Ok(text) => {
                    missed = 0;
                    self.judge(&mut seen, Seen::Text(text));
                }
                // An editor that keeps a backup moves the file away before the new one takes its name.
                Err(_) if missed < MISSED => {}
                Err(_) => self.judge(&mut seen, Seen::Unreadable),
            }
        }
    }
}

/// Reading the file is an event as well: to follow it would be to read for ever.
fn is_change(event: &notify::Result<Event>) -> bool {
    !event.as_ref().is_ok_and(|event| event.kind.is_access())
}

/// The last content that was judged, good or bad: each is reported once.
#[derive(PartialEq)]
enum Seen {
    Text(String),
    Unreadable,
}

impl Reload {
    /// Without a watcher the polls alone still see every change, half a second later.
    fn watch(&self, changed: mpsc::Sender<()>) -> Option<RecommendedWatcher> {
        let parent = self.sources.routes_path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if is_change(&event) {
                // Full means that a look is due already.
                let _ = changed.try_send(());
            }
        })
        .and_then(|mut watcher| {
            watcher.watch(parent, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        watcher.inspect_err(|error| warn!(error = %error, "routes file is polled only")).ok()
    }

    fn judge(&self, seen: &mut Seen, now: Seen) {
        if now == *seen {
            return;
        }
        *seen = now;
        let (path, known) = (&self.sources.routes_path, self.sources.known());
        // Not read again: what was compared is what is judged.
        let judged = match seen {
            Seen::Text(text) => RoutesFile::parse(path, text, &known).map(|file| (file, text.clone())),
            Seen::Unreadable => read(path, &known),
        };
        let file = match judged {
            Ok((file, text)) => self.sources.join(self.running.load().revision + 1, &file, text),
            Err(mistakes) => return self.refuse(&mistakes),
        };
        self.metrics.reloads.with_label_values(&["good"]).inc();
        self.metrics.routes_mistakes.set(0);
        self.metrics.routes_revision.set(i64::try_from(file.revision).unwrap_or(i64::MAX));
        info!(revision = file.revision, "routes file taken");
        self.running.store(Arc::new(file));
    }

    fn refuse(&self, mistakes: &Mistakes) {
        self.metrics.reloads.with_label_values(&["bad"]).inc();
        self.metrics.routes_mistakes.set(i64::try_from(mistakes.len()).unwrap_or(i64::MAX));
        error!(
            mistakes = mistakes.len(),
            "routes file refused, the last good one stays in force\n{mistakes}"
        );
    }
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
}
