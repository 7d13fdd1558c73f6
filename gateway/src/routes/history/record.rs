//! Writes down what a running gateway took from an edited routes file, beside the data path and beside reload.
//!
//! A disk that is slow, full or read-only costs the history and nothing else.

use std::{
    collections::BTreeSet,
    io::{self, BufRead},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::sync::Notify;
use tracing::{info, warn};

use super::{
    Owners, Via, beside,
    journal::{self, Line, Lines},
    origin, owners, unrecorded,
};
use crate::routes::{key::RouteKey, running::Running};

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
        let (mut via, mut complained, mut heard) = (Via::Start, false, None);
        loop {
            let (path, running) = (self.routes_path.clone(), self.running.load_full());
            let write = tokio::task::spawn_blocking(move || {
                let mut heard = heard;
                (write(&path, &running, via, &mut heard), heard)
            });
            let outcome = tokio::select! {
                written = write => match written {
                    Ok((outcome, now)) => {
                        heard = now;
                        outcome
                    }
                    // The process ends, and nothing was begun.
                    Err(error) if error.is_cancelled() => return,
                    Err(error) => Err(io::Error::other(error)),
                },
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

/// `heard` is how many changes the history had when the text in force was last seen in the file.
fn write(routes: &Path, running: &Running, via: Via, heard: &mut Option<usize>) -> io::Result<Outcome> {
    let owners = owners(running);
    let is_in_the_file = || std::fs::read_to_string(routes).is_ok_and(|text| text == running.text);
    let told = Told::read(journal::read(&beside(routes))?, 0)?;
    // In this order: a `set` that comes after this text has then not been counted.
    if is_in_the_file() {
        *heard = Some(told.count);
    }
    // Nothing to say needs no file and no permission to write one.
    if unrecorded(&owners, &told.owners).is_empty() {
        return Ok(Outcome::Written(0));
    }
    let Some(mut journal) = journal::Journal::try_open(routes)? else { return Ok(Outcome::Busy) };
    // Under the lock nobody else's `set` is half done. If one came after the text in force, it told that text's changes
    // with its own, and what it told is not taken back here; an edit that came after it, good or bad, told nothing.
    let is_in_the_file = is_in_the_file();
    let told = Told::read(journal.lines()?, heard.unwrap_or(0))?;
    let (at, by) = (origin::timestamp(SystemTime::now()), origin::owner_of(routes));
    let changes: Vec<_> = unrecorded(&owners, &told.owners)
        .into_iter()
        .filter(|change| is_in_the_file || !told.since.contains(&change.route))
        .map(|change| change.told(&at, &by, via, None))
        .collect();
    if !changes.is_empty() {
        journal.append(&changes)?;
    }
    if is_in_the_file {
        *heard = Some(told.count + changes.len());
    }
    Ok(Outcome::Written(changes.len()))
}

/// What the history says.
#[derive(Default)]
struct Told {
    owners: Owners,
    count: usize,
    /// The routes of which there is a change after the first so many.
    since: BTreeSet<RouteKey>,
}

impl Told {
    fn read(lines: Lines<impl BufRead>, first: usize) -> io::Result<Self> {
        let mut told = Self::default();
        for line in lines {
            let Line::Change(change) = line? else { continue };
            if told.count >= first {
                told.since.insert(change.route.clone());
            }
            told.count += 1;
            told.owners.insert(change.route, change.to);
        }
        Ok(told)
    }
}
