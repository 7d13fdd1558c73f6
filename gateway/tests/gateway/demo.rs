//! The tour of `./dev demo --check`, from log-in to 200 flips under traffic, on the gateway that was just built.

use std::path::Path;

use compat_tests::demo::{check, stage::Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_can_be_taken() {
    let stage = Stage::set(Path::new(env!("CARGO_BIN_EXE_gateway"))).await.unwrap();
    check::take_the_tour(&stage).await.unwrap();
    stage.strike().await.unwrap();
}
