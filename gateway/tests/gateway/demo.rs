//! The tour of `./dev demo --check`, from log-in to 200 flips under traffic, on the gateway that was just built.

use std::{path::Path, process::Command};

use compat_tests::{
    demo::{check, stage::Stage},
    repository,
    sample::Version,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_can_be_taken_on_both_versions() {
    for version in Version::ALL {
        let stage = Stage::set(Path::new(env!("CARGO_BIN_EXE_gateway")), version).await.unwrap();
        check::take_the_tour(&stage).await.unwrap();
        stage.strike().await.unwrap();
    }
}

#[test]
fn another_version_is_a_mistake_before_anything_is_built() {
    for wrong in [&["--legacy-version", "0.116"][..], &["--check", "--legacy-version"]] {
        let done = Command::new(repository().join("dev")).arg("demo").args(wrong).output().unwrap();
        assert_eq!(done.status.code(), Some(2), "{wrong:?}");
        let told = String::from_utf8(done.stderr).unwrap();
        assert!(told.starts_with("usage: ./dev demo [--check] [--legacy-version 0.115|newest]\n"), "{told}");
    }
}
