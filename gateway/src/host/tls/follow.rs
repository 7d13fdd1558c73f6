//! Takes a changed certificate while the process runs: both files together, or the old pair stays.

use std::path::Path;

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tracing::{error, info, warn};

use super::{
    Tls,
    pair::{Contents, Files, Pair},
};
use crate::{
    config::{followed::Followed, mistakes::Mistakes},
    telemetry::metrics::Metrics,
};

pub struct CertificateFollower {
    files: Files,
    /// Of what is in force.
    digest: [u8; 32],
    tls: Tls,
    metrics: Metrics,
}

/// By what two looks are told apart; a file that is away says so in these words.
type Seen = Result<[u8; 32], String>;

impl CertificateFollower {
    pub fn new(files: Files, digest: [u8; 32], tls: Tls, metrics: Metrics) -> Self {
        Self { files, digest, tls, metrics }
    }

    /// Files are read, and a key is tried, beside the threads that serve.
    async fn look(&self) -> Option<Result<Contents, Mistakes>> {
        let files = self.files.clone();
        tokio::task::spawn_blocking(move || files.read()).await.ok()
    }

    async fn judge(&self, contents: Result<Contents, Mistakes>) {
        let files = self.files.clone();
        let judged = tokio::task::spawn_blocking(move || Pair::judge(&files, &contents?)).await;
        match judged {
            Ok(Ok(pair)) => self.take(&pair),
            Ok(Err(mistakes)) => {
                self.metrics.certificate_refused();
                error!(
                    mistakes = mistakes.len(),
                    "certificate refused, the last good one stays in force\n{mistakes}"
                );
            }
            // The process ends.
            Err(_) => {}
        }
    }

    fn take(&self, pair: &Pair) {
        self.tls.take(pair);
        // Told only once it is in force: whoever reads the log may rely on it.
        self.metrics.certificate_taken(pair.expires());
        if let Some(untimely) = pair.untimely() {
            warn!("{}: {untimely}", self.files.certificate.display());
        }
        info!("certificate taken");
    }
}

#[async_trait]
impl BackgroundService for CertificateFollower {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let parent = self.files.certificate.parent().filter(|parent| !parent.as_os_str().is_empty());
        let in_force: Seen = Ok(self.digest);
        let mut pair = Followed::new(parent.unwrap_or(Path::new(".")), "certificate is", in_force);
        loop {
            let due = tokio::select! {
                due = pair.due() => due,
                _ = shutdown.changed() => return,
            };
            let Some(contents) = self.look().await else { return };
            let seen = contents.as_ref().map(Contents::digest).map_err(ToString::to_string);
            if pair.found(&due, seen) {
                self.judge(contents).await;
            }
        }
    }
}
