//! Takes a changed certificate while the process runs: both files together, or the old pair stays.
//!
//! A pair that clients refuse today never replaces one that they take; it waits for its day.

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::time::Instant;
use tracing::{error, info, warn};

use super::{
    Tls,
    pair::{Contents, Files, Pair},
};
use crate::{
    config::{Environment, followed::Followed, mistakes::Mistakes, open_file, weakness::Weaknesses},
    telemetry::metrics::Metrics,
};

/// From then on its end is told, again and again: whoever renews it may have failed without a word.
const DAYS_TO_RENEW: u64 = 14;
const TOLD_EVERY: Duration = Duration::from_hours(24);

pub struct CertificateFollower {
    files: Files,
    /// Of what is in force.
    digest: [u8; 32],
    tls: Tls,
    /// It decides how strict to be.
    environment: Environment,
    metrics: Metrics,
}

/// By what two looks are told apart; a file that is away says so in these words.
type Seen = Result<[u8; 32], String>;

impl CertificateFollower {
    pub fn new(
        (files, digest): (Files, [u8; 32]),
        tls: Tls,
        environment: Environment,
        metrics: Metrics,
    ) -> Self {
        Self { files, digest, tls, environment, metrics }
    }

    /// Files are read, and a key is tried, beside the threads that serve.
    async fn look(&self) -> Option<Result<Contents, Mistakes>> {
        let files = self.files.clone();
        tokio::task::spawn_blocking(move || files.read()).await.ok()
    }

    /// A pair that fits, but must wait for its day, or for the end of the one in force.
    async fn judge(&self, contents: Result<Contents, Mistakes>) -> Option<Pair> {
        let (files, environment) = (self.files.clone(), self.environment);
        let judged = tokio::task::spawn_blocking(move || fit(&files, contents, environment)).await;
        match judged {
            Ok(Ok((pair, warnings))) => {
                for warning in warnings.iter() {
                    warn!("{}: {}; help: {}", warning.place, warning.what, warning.remedy);
                }
                let Some(untimely) = self.stands_against(&pair) else {
                    self.take(pair);
                    return None;
                };
                self.metrics.certificate_refused();
                error!(
                    "certificate refused, the last good one stays in force\n{}: {untimely}",
                    self.files.certificate.display()
                );
                Some(pair)
            }
            Ok(Err(mistakes)) => {
                self.metrics.certificate_refused();
                error!(
                    mistakes = mistakes.len(),
                    "certificate refused, the last good one stays in force\n{mistakes}"
                );
                None
            }
            // The process ends.
            Err(_) => None,
        }
    }

    /// Between two that clients refuse, the newer one is what was asked for.
    fn stands_against(&self, pair: &Pair) -> Option<&'static str> {
        pair.untimely().filter(|_| self.tls.in_force().untimely().is_none())
    }

    fn take(&self, pair: Pair) {
        let (expires, untimely) = (pair.expires(), pair.untimely());
        self.tls.take(pair);
        // Told only once it is in force: whoever reads the log may rely on it.
        self.metrics.certificate_taken(expires);
        if let Some(untimely) = untimely {
            warn!("{}: {untimely}", self.files.certificate.display());
        }
        info!("certificate taken");
    }

    fn tell_end(&self, told: &mut Option<Instant>) {
        let pair = self.tls.in_force();
        let days = pair.days_left();
        if days >= DAYS_TO_RENEW || told.is_some_and(|told| told.elapsed() < TOLD_EVERY) {
            return;
        }
        *told = Some(Instant::now());
        let certificate = self.files.certificate.display();
        match pair.untimely() {
            Some(untimely) => warn!("{certificate}: {untimely}"),
            None => warn!("certificate expires in {days} days, have a new one issued: {certificate}"),
        }
    }
}

/// With what is warned of: no less is asked of it than at the start, or the next start would be refused.
fn fit(
    files: &Files,
    contents: Result<Contents, Mistakes>,
    environment: Environment,
) -> Result<(Pair, Mistakes), Mistakes> {
    let pair = Pair::judge(files, &contents?)?;
    let (mut weaknesses, mut mistakes) = (Weaknesses::default(), Mistakes::default());
    open_file::judge(&files.key, &mut weaknesses);
    // To harden is about what the legacy brings.
    let warnings = weaknesses.settle(environment, false, &mut mistakes);
    mistakes.into_result((pair, warnings))
}

#[async_trait]
impl BackgroundService for CertificateFollower {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let parent = self.files.certificate.parent().filter(|parent| !parent.as_os_str().is_empty());
        let in_force: Seen = Ok(self.digest);
        let mut pair = Followed::new(parent.unwrap_or(Path::new(".")), "certificate is", in_force);
        let mut waiting = None;
        // What is wrong with it at the start was told by the configuration.
        let mut told = self.tls.in_force().untimely().map(|_| Instant::now());
        loop {
            let due = tokio::select! {
                due = pair.due() => due,
                _ = shutdown.changed() => return,
            };
            let Some(contents) = self.look().await else { return };
            let seen = contents.as_ref().map(Contents::digest).map_err(ToString::to_string);
            if pair.found(&due, seen) {
                waiting = self.judge(contents).await;
            } else if let Some(pair) = waiting.take_if(|pair| self.stands_against(pair).is_none()) {
                self.take(pair);
            }
            self.tell_end(&mut told);
        }
    }
}
