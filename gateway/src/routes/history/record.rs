//! Writes down what a running gateway took from an edited routes file, beside the data path and beside reload.
//!
//! A disk that is slow, full or read-only costs the history and nothing else.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::sync::Notify;
use tracing::{info, warn};

use super::{Via, beside, journal, origin, owners, unrecorded};
use crate::routes::running::Running;

/// How soon somebody who is writing is asked again.
const RETRY: Duration = Duration::from_millis(200);

pub struct Record {
    pub routes_path: PathBuf,
    pub running: Arc<ArcSwap<Running>>,
    /// Told by reload that another file is in force.
    pub taken: Arc<Notify>,
}

enum Outcome {
    Written(usize),
    /// Another process is writing.
    Busy,
}

#[async_trait]
impl BackgroundService for Record {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let (mut via, mut complained) = (Via::Start, false);
        loop {
            let (path, running) = (self.routes_path.clone(), self.running.load_full());
            let write = tokio::task::spawn_blocking(move || write(&path, &running, via));
            let outcome = tokio::select! {
                outcome = write => outcome.unwrap_or_else(|error| Err(io::Error::other(error))),
                _ = shutdown.changed() => return,
            };
            let again = async {
                match outcome {
                    Ok(Outcome::Busy) => tokio::time::sleep(RETRY).await,
                    Ok(Outcome::Written(changes)) => {
                        if changes > 0 {
                            info!(changes, "routes history written");
                        }
                        via = Via::Reload;
                        self.taken.notified().await;
                    }
                    Err(error) => {
                        if !complained {
                            self.complain(&error);
                            complained = true;
                        }
                        via = Via::Reload;
                        self.taken.notified().await;
                    }
                }
            };
            tokio::select! {
                () = again => {}
                _ = shutdown.changed() => return,
            }
        }
    }
}

impl Record {
    fn complain(&self, error: &io::Error) {
        let file = beside(&self.routes_path);
        warn!(
            file = %file.display(), error = %error,
            "routes history cannot be written: owners change without it, and this is not told again"
        );
    }
}

fn write(routes: &Path, running: &Running, via: Via) -> io::Result<Outcome> {
    let (path, owners) = (beside(routes), owners(running));
    // Nothing to say needs no file and no permission to write one.
    if unrecorded(&owners, &journal::read(&path)?.owners()?).is_empty() {
        return Ok(Outcome::Written(0));
    }
    let Some(mut journal) = journal::Journal::try_open(routes)? else { return Ok(Outcome::Busy) };
    // Under the lock nobody else's `set` is half done. What is no longer in the file is not this process's to tell:
    // the edit that replaced it is on its way here, or came with a line of its own.
    if std::fs::read_to_string(routes)? != running.text {
        return Ok(Outcome::Written(0));
    }
    let (at, by) = (origin::timestamp(SystemTime::now()), origin::owner_of(routes));
    let changes: Vec<_> = unrecorded(&owners, &journal.owners()?)
        .into_iter()
        .map(|change| change.told(&at, &by, via, None))
        .collect();
    if !changes.is_empty() {
        journal.append(&changes)?;
    }
    Ok(Outcome::Written(changes.len()))
}
