//! The wire between gateway and database fails, each time in another way.

use std::time::Duration;

use super::{fault::Fault, outage, proxy::Wire};

async fn play(fault: Fault, wire: Wire) {
    fault.play(async |stage| stage.proxy.switch(wire), async |stage| stage.proxy.switch(Wire::Pass)).await;
}

#[tokio::test]
async fn answers_that_come_later() {
    let fault = Fault { is_felt: false, ..Fault::lasting("latency 100 ms", Duration::from_secs(3)) };
    play(fault, Wire::Late(Duration::from_millis(100))).await;
}

#[tokio::test]
async fn a_black_hole() {
    play(Fault::lasting("black hole", outage(3)), Wire::BlackHole).await;
}

#[tokio::test]
async fn resets() {
    play(Fault::lasting("reset", Duration::from_secs(2)), Wire::Reset).await;
}

#[tokio::test]
async fn half_closed_connections() {
    play(Fault::lasting("half-close", Duration::from_secs(2)), Wire::HalfClose).await;
}

#[tokio::test]
async fn a_trickle() {
    play(Fault::lasting("trickle", Duration::from_secs(3)), Wire::Trickle(Duration::from_millis(20))).await;
}

#[tokio::test]
async fn nobody_who_listens() {
    play(Fault::lasting("refuse", outage(2)), Wire::Refuse).await;
}
