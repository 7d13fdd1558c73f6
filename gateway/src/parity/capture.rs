//! Records what passes through the gateway, and delays nobody: what cannot be kept is counted instead.
//!
//! A request leaves what was seen of it in a queue that has a bound; a thread of its own looks for secrets in it and writes
//! it. Every request that is counted while a recording is on becomes an exchange or a part of a gap, never both.

mod active;
mod budget;
mod disk;
mod gaps;
mod kept;
mod order;
pub mod reason;
pub mod rules;
mod socket;
mod tap;
mod writer;
mod written;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use arc_swap::ArcSwapOption;
use parking_lot::Mutex;
use tracing::{error, info};

pub use budget::MEMORY;
pub use disk::{CannotRecord, Provenance};
pub use kept::{End, Head, ParsedHead};
pub use tap::{Beginning, Ear, Tap};

use super::{recording::read_key, redaction::Key};
use crate::telemetry::metrics::RecordingMetrics;
use active::Active;
use rules::Rules;
use writer::Writer;

/// Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Capture {
    shared: Arc<Shared>,
}

struct Shared {
    active: ArcSwapOption<Active>,
    /// Of the command line: there, whatever the routes file says.
    folder: Option<PathBuf>,
    provenance: Provenance,
    metrics: RecordingMetrics,
    /// Of recordings that were ended too, as long as a request of theirs is under way.
    writers: Mutex<Vec<(Arc<Active>, JoinHandle<()>)>>,
}

impl Capture {
    pub fn new(folder: Option<&Path>, provenance: Provenance, metrics: RecordingMetrics) -> Self {
        Self {
            shared: Arc::new(Shared {
                active: ArcSwapOption::empty(),
                folder: folder.map(Path::to_owned),
                provenance,
                metrics,
                writers: Mutex::default(),
            }),
        }
    }

    /// Whether requests that begin now are recorded.
    pub fn is_on(&self) -> bool {
        self.shared.active.load().is_some()
    }

    /// From here on these rules hold, which came with this routes file; without any, nothing is recorded unless the
    /// command line says so. A recording goes on when only what it leaves out has changed.
    pub fn take(&self, rules: Option<&Rules>, routes: &str) -> Result<(), CannotRecord> {
        let rules = match (rules.cloned(), &self.shared.folder) {
            (Some(rules), Some(folder)) => Some(Rules { folder: folder.clone(), ..rules }),
            (None, Some(folder)) => Some(Rules::to(folder.clone())),
            (rules, None) => rules,
        };
        let before = self.shared.active.load_full();
        match (rules, before) {
            (Some(rules), Some(before)) if rules.continues(&before.rules.load()) => {
                before.rules.store(Arc::new(rules));
            }
            (Some(rules), before) => {
                let next = self.begin_recording(rules, routes)?;
                self.shared.active.store(Some(next));
                before.iter().for_each(|before| before.close());
            }
            (None, Some(before)) => {
                self.shared.active.store(None);
                before.close();
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Nothing where nothing is recorded.
    pub fn begin<'b>(&self, beginning: impl FnOnce() -> Beginning<'b>) -> Option<Tap> {
        let active = self.shared.active.load();
        Tap::begin(active.as_ref()?, beginning())
    }

    /// Writes what waits, and ends; the requests are over.
    pub fn finish(&self) {
        self.shared.active.store(None);
        for (active, writer) in self.shared.writers.lock().drain(..) {
            active.end();
            // One that panicked has said so.
            let _ = writer.join();
        }
    }

    fn begin_recording(&self, rules: Rules, routes: &str) -> Result<Arc<Active>, CannotRecord> {
        // Before there is a folder: without its key nothing is recorded.
        let key = rules.key_file.as_deref().map(read_key).transpose()?.unwrap_or_else(Key::random);
        let disk = disk::begin(&rules, &self.shared.provenance, routes)?;
        info!(folder = %disk.folder().display(), "recording");
        let active = Active::with(rules);
        let writer = Writer::new(Arc::clone(&active), disk, key, self.shared.metrics.clone());
        let spawned = thread::Builder::new().name("recording".to_owned()).spawn(move || writer.write_all());
        let mut writers = self.shared.writers.lock();
        writers.retain(|(_, writer)| !writer.is_finished());
        writers.push((Arc::clone(&active), spawned.map_err(CannotRecord::Thread)?));
        Ok(active)
    }
}

/// The file is taken all the same: whether requests are recorded is no reason to answer them otherwise.
pub fn tell(refused: &CannotRecord) {
    error!(error = %refused, "nothing is recorded");
}

#[cfg(test)]
mod tests;
