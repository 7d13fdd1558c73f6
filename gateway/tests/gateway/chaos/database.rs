//! PostgreSQL itself fails, each time in another way.

use std::time::Duration;

use super::{
    fault::{End, Fault},
    stage::Stage,
};

#[tokio::test]
async fn a_server_that_is_killed() {
    let fault = Fault::lasting("server kill -9 + start", Duration::from_secs(2));
    fault.play(async |stage| stage.server.kill(), async |stage| stage.server.start().await).await;
}

#[tokio::test]
async fn a_server_that_is_paused() {
    let fault = Fault::lasting("SIGSTOP, SIGCONT", Duration::from_secs(3));
    fault.play(async |stage| stage.server.pause(), async |stage| stage.server.resume()).await;
}

#[tokio::test]
async fn a_server_that_is_restarted() {
    let fault = Fault::lasting("restart, fast", Duration::ZERO);
    fault.play(async |stage| stage.server.stop(), async |stage| stage.server.start().await).await;
}

#[tokio::test]
async fn a_server_that_is_full() {
    let fault = Fault::lasting("out of connections", Duration::from_secs(2));
    let strike = async |stage: &mut Stage| {
        stage.server.fill(&stage.database).await;
    };
    fault.play(strike, async |stage| stage.server.empty()).await;
}

#[tokio::test]
async fn a_server_that_is_read_only() {
    let fault = Fault::lasting("read-only", Duration::from_secs(2));
    let strike = async |stage: &mut Stage| stage.server.read_only(true).await;
    fault.play(strike, async |stage| stage.server.read_only(false).await).await;
}

#[tokio::test]
async fn a_password_that_is_changed() {
    let fault = Fault { ends: End::Mended, ..Fault::lasting("wrong password", Duration::from_secs(2)) };
    let strike = async |stage: &mut Stage| stage.server.change_password(false).await;
    fault.play(strike, async |stage| stage.server.change_password(true).await).await;
}
