//! Reads the line of each request while the storm goes on, and holds it against the file that the line names.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::{Mutex, MutexGuard};
use serde::Deserialize;

use super::files::File;

pub(super) struct Witness {
    /// By revision, which counts from 1.
    files: Mutex<Vec<File>>,
    judged: Mutex<Judged>,
    /// The newest that is known to hold.
    pub(super) since: Arc<AtomicU64>,
}

#[derive(Default)]
pub(super) struct Judged {
    pub(super) lines: usize,
    pub(super) kinds: BTreeSet<String>,
    /// Uploads that were over when a newer file than theirs held.
    pub(super) across: usize,
    pub(super) misfits: Vec<String>,
}

#[derive(Deserialize)]
struct Said<'l> {
    request_id: &'l str,
    owner: &'l str,
    upstream: Option<&'l str>,
    revision: u64,
    status: u64,
    complete: bool,
    #[serde(rename = "error.reason")]
    reason: Option<&'l str>,
}

const SHOWN: usize = 20;

impl Witness {
    pub(super) fn new(first: File) -> Self {
        Self { files: Mutex::new(vec![first]), judged: Mutex::default(), since: Arc::new(AtomicU64::new(1)) }
    }

    /// The next good file, with the revision that it is going to have.
    pub(super) fn expect(&self, file: File) -> u64 {
        let mut files = self.files.lock();
        files.push(file);
        files.len() as u64
    }

    /// Whether this is the line of a request, which is judged.
    pub(super) fn sees(&self, line: &str) -> bool {
        if !line.contains(r#""message":"request""#) {
            return false;
        }
        let misfit = self.misfit(line);
        let mut judged = self.judged.lock();
        judged.lines += 1;
        if let Some(misfit) = misfit
            && judged.misfits.len() < SHOWN
        {
            judged.misfits.push(format!("{misfit}: {line}"));
        }
        true
    }

    fn misfit(&self, line: &str) -> Option<String> {
        let Ok(said) = serde_json::from_str::<Said<'_>>(line) else { return Some("no such line".to_owned()) };
        let Some((kind, since)) = said.request_id.split_once('-') else { return Some("nobody's".to_owned()) };
        let files = self.files.lock();
        let place = usize::try_from(said.revision).unwrap().checked_sub(1);
        let Some(file) = place.and_then(|place| files.get(place)) else {
            return Some("of no file that was written".to_owned());
        };
        let mut judged = self.judged.lock();
        judged.across += usize::from(kind == "upload" && said.revision < self.since.load(Ordering::Relaxed));
        if !judged.kinds.contains(kind) {
            judged.kinds.insert(kind.to_owned());
        }
        drop(judged);
        if since.parse().is_ok_and(|since: u64| said.revision < since) {
            return Some("of a file from before it began".to_owned());
        }
        let Some(expected) = file.answers(kind) else { return Some("of no kind".to_owned()) };
        let is_so = said.complete
            && (said.owner, said.status) == (expected.owner, expected.status)
            && said.upstream == expected.upstream.as_deref()
            && said.reason == expected.reason;
        (!is_so).then(|| format!("{expected:?} was expected by its file"))
    }

    pub(super) fn judged(&self) -> MutexGuard<'_, Judged> {
        self.judged.lock()
    }
}
