//! Hears at once that something was taken back, on a connection of its own, as long as somebody wants to know.

use std::time::Duration;

use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinSet,
    time::sleep,
};
use tracing::{debug, warn};

use super::Revocations;
use crate::{
    auth::sessions::CHANNEL,
    db::{listening::Listening, url::DatabaseUrl},
};

/// As operators find it in `pg_stat_activity`.
const NAME: &str = "gateway revocations";

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Dropped, it closes its connection.
pub(super) struct Notices {
    heard: Receiver<()>,
    _listener: JoinSet<()>,
}

impl Notices {
    pub(super) fn listen(url: &DatabaseUrl, revocations: &Revocations) -> Self {
        // One message more than that it is time to look would say nothing new.
        let (tell, heard) = mpsc::channel(1);
        let mut listener = JoinSet::new();
        if !url.is_pooled() {
            listener.spawn(listen(url.clone(), revocations.clone(), tell));
        }
        Self { heard, _listener: listener }
    }

    /// Returns when it is time to look. Where nobody can be told, never.
    pub(super) async fn heard(&mut self) {
        match self.heard.recv().await {
            Some(()) => {}
            None => std::future::pending().await,
        }
    }
}

/// What happened while there was no connection is found by the look that follows each new one.
async fn listen(url: DatabaseUrl, revocations: Revocations, tell: Sender<()>) {
    let mut pause = FIRST_PAUSE;
    loop {
        match Listening::open(&url, NAME, CHANNEL).await {
            Ok(mut listening) => {
                let _ = tell.try_send(());
                while listening.heard().await.is_some() {
                    revocations.shared.vigil.noticed();
                    let _ = tell.try_send(());
                }
                pause = FIRST_PAUSE;
                debug!("the connection that hears of revocations was lost");
            }
            Err(error) if pause == FIRST_PAUSE => {
                warn!(%error, "revocations are not heard of at once, but found by looking every two seconds");
            }
            Err(error) => debug!(%error, "revocations are still not heard of"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
