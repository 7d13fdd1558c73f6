//! Proves on a scratch database that every migration can be taken back and made again without losing anything.

mod expected;
mod judge;
mod load;
pub mod rows;
mod scratch;
mod snapshot;
mod steps;
pub mod verdict;

use std::path::Path;

use serde::Serialize;

use super::{folder::Folder, history::History, session::Session, watch::Watch};
use judge::judge;
pub use load::BadBaseline;
use scratch::Scratch;
pub use scratch::Source;
use steps::Steps;
use verdict::{Finds, Verdict};

pub struct Request<'a> {
    pub folder: &'a Folder,
    pub source: Source,
    /// Those before it are applied unseen, those after it not at all.
    pub only: Option<i32>,
    /// Of PostgreSQL, when they are not where packages put them.
    pub binaries: Option<&'a Path>,
    pub watch: Watch<'a>,
}

#[derive(Debug, Default, Serialize)]
pub struct Proof {
    pub verdicts: Vec<Verdict>,
    /// The copied database has them already.
    pub applied: Vec<String>,
    /// One before them failed.
    pub unreached: Vec<String>,
}

impl Proof {
    pub fn is_whole(&self) -> bool {
        self.unreached.is_empty() && self.verdicts.iter().all(Verdict::is_proved)
    }
}

/// What was made for it is removed again, also when `stop` ends it early.
pub async fn verify(request: &Request<'_>, stop: impl Future<Output = ()>) -> anyhow::Result<Proof> {
    let scratch = Scratch::make(&request.source, request.binaries).await?;
    let proof = tokio::select! {
        proof = prove(request, &scratch) => proof,
        () = stop => Err(anyhow::anyhow!("stopped before the end; nothing is proved")),
    };
    let removed = scratch.remove().await;
    let proof = proof?;
    removed.map(|()| proof)
}

async fn prove(request: &Request<'_>, scratch: &Scratch) -> anyhow::Result<Proof> {
    let session = Session::open(&scratch.url).await?;
    let history = History::read(session.client()).await?;
    let steps = Steps::new(&scratch.url, request, session);
    let mut proof = Proof::default();
    let mut is_stopped = false;
    for migration in &request.folder.migrations {
        let is_wanted = request.only.is_none_or(|only| only == migration.version);
        if request.only.is_some_and(|only| migration.version > only) {
            break;
        } else if history.has(migration.version) {
            proof.applied.push(migration.stem());
        } else if is_stopped {
            proof.unreached.push(migration.stem());
        } else {
            let verdict =
                if is_wanted { judge(&steps, migration).await? } else { steps.pass(migration).await };
            is_stopped = verdict.findings.iter().any(|finding| matches!(finding.what, Finds::Failed(_)));
            if is_wanted || is_stopped {
                proof.verdicts.push(verdict);
            }
        }
    }
    steps.close().await?;
    Ok(proof)
}
