//! Takes a changed `routes.toml` while the process runs.
//!
//! The parent directory is watched, because an editor's rename and a Kubernetes symlink swap replace the file; the
//! content is also compared twice a second, because a single-file mount sends no event. A good file takes effect
//! whole and for new requests only; a bad one changes nothing.

use std::{io, path::Path, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{
    sync::{Notify, mpsc},
    time::Instant,
};
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

/// A text is judged when two reads this far apart agree: half of a file that is being written is often valid, and an
/// editor that keeps a backup takes the file away for a moment.
const SETTLED: Duration = Duration::from_millis(100);

pub struct Reload {
    pub sources: Sources,
    pub running: Arc<ArcSwap<Running>>,
    pub metrics: Metrics,
    /// Told after each file that is taken.
    pub taken: Arc<Notify>,
}

/// Reads and validates the file; the text goes with it, so that a later change can be told.
pub fn read(path: &Path, known: &Known<'_>) -> Result<(RoutesFile, String), Mistakes> {
    let text = std::fs::read_to_string(path);
    let file = judge(path, &text, known)?;
    Ok((file, text.unwrap_or_default()))
}

fn judge(path: &Path, text: &io::Result<String>, known: &Known<'_>) -> Result<RoutesFile, Mistakes> {
    match text {
        Ok(text) => RoutesFile::parse(path, text, known),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Mistake::in_file(path, "is not UTF-8 text", "save it as UTF-8").into())
        }
        Err(error) => {
            let remedy = "name a readable file in ROUTES_FILE; `schema = 1` alone is a complete one";
            Err(Mistake::in_file(path, format!("cannot be read: {error}"), remedy).into())
        }
    }
}

#[async_trait]
impl BackgroundService for Reload {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let (changed, mut changes) = mpsc::channel(1);
        let _watcher = self.watch(changed);
        let mut polls = tokio::time::interval(POLL);
        let mut judged = Some(self.running.load().text.clone());
        let mut seen = judged.clone();
        let mut settled = Instant::now();
        loop {
            let judge = tokio::select! {
                _ = polls.tick() => false,
                Some(()) = changes.recv() => false,
                () = tokio::time::sleep_until(settled), if seen != judged => true,
                _ = shutdown.changed() => return,
            };
            let text = std::fs::read_to_string(&self.sources.routes_path);
            self.metrics.routes_checked();
            let content = text.as_ref().ok().cloned();
            if judge && content == seen {
                judged = content;
                self.judge(&text);
            } else if content != seen {
                seen = content;
                settled = Instant::now() + SETTLED;
            }
        }
    }
}

/// Reading the file is an event as well: to follow it would be to read for ever.
fn is_change(event: &notify::Result<Event>) -> bool {
    !event.as_ref().is_ok_and(|event| event.kind.is_access())
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

    fn judge(&self, text: &io::Result<String>) {
        match judge(&self.sources.routes_path, text, &self.sources.known()) {
            Ok(file) => self.take(&file, text.as_ref().map_or("", String::as_str)),
            Err(mistakes) => self.refuse(&mistakes),
        }
    }

    fn take(&self, file: &RoutesFile, text: &str) {
        let next = self.sources.join(self.running.load().revision + 1, file, text.to_owned());
        let mut mistakes = Mistakes::default();
        self.sources.complete(&next, &mut mistakes);
        if !mistakes.is_empty() {
            return self.refuse(&mistakes);
        }
        let revision = next.revision;
        self.running.store(Arc::new(next));
        // Told only once it is in force: whoever reads the log may rely on it.
        self.metrics.routes_taken(revision);
        info!(revision, "routes file taken");
        self.taken.notify_one();
    }

    fn refuse(&self, mistakes: &Mistakes) {
        self.metrics.routes_refused(mistakes.len());
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
