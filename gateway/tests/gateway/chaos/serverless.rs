//! A serverless database: it sleeps, wakes up while somebody waits, and is shut when it has cost too much.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    fault::{End, Fault},
    neon::QUOTA,
    proxy::Wire,
    stage::Stage,
};

#[tokio::test]
async fn a_compute_that_wakes_up() {
    const WAKES_IN: Duration = Duration::from_millis(1_500);
    let fault = Fault { is_felt: false, ..Fault::lasting("Neon wake-up 1.5 s", WAKES_IN) };
    let strike = async |stage: &mut Stage| stage.proxy.switch(Wire::AsleepUntil(Instant::now() + WAKES_IN));
    fault.play(strike, async |stage| stage.proxy.switch(Wire::Pass)).await;
}

#[tokio::test]
async fn a_quota_that_is_used_up() {
    let fault = Fault { ends: End::Mended, ..Fault::lasting("Neon quota", Duration::from_secs(2)) };
    fault
        .play(
            async |stage| stage.proxy.switch(Wire::Say(QUOTA)),
            async |stage| stage.proxy.switch(Wire::Pass),
        )
        .await;
}
