//! What systemd is told of the process, where it was started by it (`sd_notify(3)`); nothing elsewhere.

use sd_notify::NotifyState;
use tracing::warn;

/// From here on this process is the service: after a hand-over it is not the one that was started.
pub(super) fn ready() {
    tell(&[NotifyState::Ready, NotifyState::MainPid(std::process::id())]);
}

pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(false, states) {
        warn!(error = %error, "systemd cannot be told");
    }
}
