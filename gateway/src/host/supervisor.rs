//! What systemd is told of the process, where it was started by it (`sd_notify(3)`); nothing elsewhere.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use sd_notify::NotifyState;
use tracing::warn;

/// Whether this process is, or was, the service.
static IS_SERVICE: AtomicBool = AtomicBool::new(false);

/// From here on this process is the service: after a hand-over it is not the one that was started.
pub(super) fn ready() {
    IS_SERVICE.store(true, Ordering::Relaxed);
    tell(&[NotifyState::Ready, NotifyState::MainPid(std::process::id())]);
}

/// Of a successor that ends before it serves the service does not stop: systemd would end the process that serves.
///
/// `within`: a longer wait than the unit's `TimeoutStopSec` is asked for, or what has begun would be killed with the rest.
pub(super) fn stopping(within: Duration) {
    if IS_SERVICE.load(Ordering::Relaxed) {
        let longer = format!("EXTEND_TIMEOUT_USEC={}", within.as_micros());
        tell(&[NotifyState::Stopping, NotifyState::Custom(&longer)]);
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(false, states) {
        warn!(error = %error, "systemd cannot be told");
    }
}
