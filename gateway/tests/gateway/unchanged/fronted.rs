//! The gateway against the recordings of the legacy: with everything proxied, and with everything native that is native.

use std::{fs, path::Path};

use compat_tests::{recordings::rules, repository, sample::Version};
use tokio::task::spawn_blocking;

use super::{replayed, told};
use crate::house::{House, Setting, database, serve};

const JOBS: u16 = 8;

#[tokio::test]
async fn the_newest_framework_behind_the_gateway() {
    proxied(Version::Newest).await;
}

#[tokio::test]
async fn the_oldest_framework_behind_the_gateway() {
    proxied(Version::V0_115).await;
}

#[tokio::test]
async fn all_that_is_native_in_place_of_the_newest() {
    native(Version::Newest).await;
}

#[tokio::test]
async fn all_that_is_native_in_place_of_the_oldest() {
    native(Version::V0_115).await;
}

async fn proxied(version: Version) {
    check(version, &[], &["legacy closed the connection without an answer"]).await;
}

async fn native(version: Version) {
    let keys: Vec<_> = gateway::native::ported().iter().map(ToString::to_string).collect();
    let entries: Vec<_> = keys.iter().map(|key| (key.as_str(), "\"native\"")).collect();
    check(version, &entries, &[]).await;
}

/// The rows are new: a reset would take the gateway its connections.
async fn check(version: Version, routes: &[(&str, &str)], complaints: &[&str]) {
    let database_url = database();
    let legacy = serve(version, &database_url);
    let mut setting = Setting::sample(version).with_routes(routes);
    setting.legacy_url = legacy.url();
    setting.database_url.clone_from(&database_url);
    let house = House::open(&setting).await;
    let files = tempfile::tempdir().unwrap();
    let rules = fs::read_to_string(rules()).unwrap();
    let kept: Vec<_> = rules.lines().filter(|line| !line.starts_with("reset ")).collect();
    let accepted = fs::read_to_string(repository().join("compat-tests/accepted.toml")).unwrap();
    fs::write(files.path().join("rules.toml"), kept.join("\n") + "\n" + &accepted).unwrap();
    let (target, place) = (format!("http://{}", house.gateway.public()), files.path().to_owned());
    let asked =
        spawn_blocking(move || replayed(version, &target, JOBS, Path::new(&place), &database_url, None));
    let report = asked.await.unwrap();
    assert_eq!(report["verdict"], "compatible", "{version:?}: {}", told(&report));
    assert_eq!(report["counts"]["blocked"], 0, "{version:?}");
    house.close_expecting(complaints);
    legacy.stop().unwrap();
}
