//! How many logins a second there may be, of all clients together.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Four a second.
const APART: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(super) struct Pacer {
    ticks: Mutex<Interval>,
}

impl Pacer {
    pub(super) fn new() -> Self {
        let mut ticks = interval(APART);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks: Mutex::new(ticks) }
    }

    /// Returns when it is the caller's turn; in the order in which they came.
    pub(super) async fn turn(&self) {
        self.ticks.lock().await.tick().await;
    }
}
