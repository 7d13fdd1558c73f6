//! Takes a changed `routes.toml` while the process runs.
//!
//! A good file takes effect whole and for new requests only; a bad one changes nothing.

use std::{io, path::Path, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{sync::Notify, time::Instant};
use tracing::{error, info, warn};

use super::{
    file::{Known, RoutesFile},
    running::{Running, Sources},
};
use crate::{
    auth::users::Users,
    config::{
        followed::Followed,
        mistakes::{Mistake, Mistakes},
    },
    legacy::Legacy,
    parity::capture::{self, Capture},
    telemetry::metrics::Metrics,
};

pub struct Reload {
    pub sources: Sources,
    pub running: Arc<ArcSwap<Running>>,
    /// Looked at before anything is taken that lets them in.
    pub users: Option<Users>,
    pub legacy: Legacy,
    pub metrics: Metrics,
    pub capture: Capture,
    /// Told after each file that is taken.
    pub taken: Arc<Notify>,
}

/// For the database to tell what its users table is like.
const PATIENCE: Duration = Duration::from_secs(5);

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
        tokio::select! {
            () = self.follow() => {}
            _ = shutdown.changed() => {}
        }
    }
}

impl Reload {
    async fn follow(&self) {
        let path = &self.sources.routes_path;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let judged = Some(self.running.load().text.clone());
        let mut file = Followed::new(parent.unwrap_or(Path::new(".")), "routes file is", judged);
        loop {
            let due = file.due().await;
            let text = std::fs::read_to_string(path);
            self.metrics.routes_checked();
            if file.found(&due, text.as_ref().ok().cloned()) {
                self.judge(&text).await;
            }
        }
    }

    async fn judge(&self, text: &io::Result<String>) {
        match judge(&self.sources.routes_path, text, &self.sources.known()) {
            Ok(file) => self.take(&file, text.as_ref().map_or("", String::as_str)).await,
            Err(mistakes) => self.refuse(&mistakes),
        }
    }

    async fn take(&self, file: &RoutesFile, text: &str) {
        let next = self.sources.join(self.running.load().revision + 1, file, text.to_owned());
        let mut mistakes = Mistakes::default();
        self.sources.complete(&next, &mut mistakes);
        if mistakes.is_empty() && self.sources.issuing(&next).is_some() {
            self.look_at_users(&mut mistakes).await;
        }
        if !mistakes.is_empty() {
            return self.refuse(&mistakes);
        }
        let revision = next.revision;
        self.legacy.take(&next.legacy);
        // Where it cannot be recorded, it is served all the same.
        if let Err(refused) = self.capture.take(next.record.as_ref(), &next.text) {
            capture::tell(&refused);
        }
        self.running.store(Arc::new(next));
        // Told only once it is in force: whoever reads the log may rely on it.
        self.metrics.routes_taken(revision);
        info!(revision, "routes file taken");
        self.taken.notify_one();
    }

    /// As at the start: a database that is away keeps nobody from changing an owner.
    async fn look_at_users(&self, mistakes: &mut Mistakes) {
        let Some(users) = &self.users else { return };
        match users.misfits(Instant::now() + PATIENCE).await {
            Ok(misfits) => misfits.into_iter().for_each(|misfit| mistakes.push(misfit.into())),
            Err(failure) => warn!(
                error = failure.told(),
                "the users table is not looked at yet; routes that let users in answer 503 until it is"
            ),
        }
    }

    fn refuse(&self, mistakes: &Mistakes) {
        self.metrics.routes_refused(mistakes.len());
        error!(
            mistakes = mistakes.len(),
            "routes file refused, the last good one stays in force\n{mistakes}"
        );
    }
}
