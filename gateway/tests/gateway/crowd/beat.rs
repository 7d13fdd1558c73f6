//! When a client asks next: by the clock, not by how long the last answer took, or a slow gateway would be asked less.

use std::time::Duration;

use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};

pub(super) struct Beat {
    ticks: Interval,
    stop: watch::Receiver<bool>,
}

impl Beat {
    /// Of the clients of one kind none begins when another does.
    pub(super) fn new(every: Duration, (number, count): (usize, usize), stop: watch::Receiver<bool>) -> Self {
        let first = Instant::now() + every.mul_f64(number as f64 / count as f64);
        let mut ticks = interval_at(first, every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        Self { ticks, stop }
    }

    /// Whether to go on.
    pub(super) async fn next(&mut self) -> bool {
        let is_on = tokio::select! {
            _ = self.ticks.tick() => true,
            _ = self.stop.wait_for(|stop| *stop) => false,
        };
        is_on && !*self.stop.borrow()
    }
}
