//! Everything proxied, nothing changed: one black-box session straight at the legacy and through the gateway.

use std::path::Path;

use compat_tests::{
    sample::{SampleLegacy, Version},
    session::{Allowed, Figures, compare, play, script},
};
use gateway::routes::{lock::Lock, matching::Matcher};
use serde_json::Value;
use tokio_postgres::NoTls;

use crate::house::{House, Setting, admin_database, command, database, settings, show};

#[tokio::test]
async fn nothing_changes_for_a_client_of_the_oldest_framework() {
    check(Version::V0_115, "0.115", "0.115.6").await;
}

#[tokio::test]
async fn nothing_changes_for_a_client_of_the_newest_framework() {
    check(Version::Newest, "newest", "0.165.0").await;
}

/// The same process and the same rows for both runs; only the address differs.
async fn check(version: Version, name: &str, fastapi: &str) {
    let database_url = database();
    let legacy = SampleLegacy::serve(&settings(version, database_url.clone())).unwrap();
    let steps = script();
    let straight = play(&steps, legacy.address()).await;
    reset(&database_url).await;
    let setting = Setting { legacy_url: legacy.url(), database_url, ..Setting::sample(version) };
    let house = House::open(&setting).await;
    let through = play(&steps, house.gateway.public()).await;

    let figures = Figures::of(&steps, &straight);
    let comparison = compare(&steps, &straight, &through, &Allowed::read().unwrap().with_legacy(name));
    show(&format!(
        "session {name} (fastapi {fastapi}): {figures}, {} differences",
        comparison.findings.len()
    ));
    assert!(comparison.complaints().is_empty(), "{name}\n{}", comparison.complaints());
    house.wait_told("request", steps.len()).await;
    assert_eq!(unvisited(&house, &setting.lock), [""; 0], "{name}: routes that the session does not ask");
    house.close();
    legacy.stop().unwrap();
    assert!(figures.requests >= 250 && figures.writes >= 80, "{figures}");
    assert!(figures.errors >= 60 && figures.streams >= 15, "{figures}");
}

/// The routes of the lock on which the legacy was asked nothing.
fn unvisited(house: &House, lock: &Path) -> Vec<String> {
    let routes = house.folder.path().join("routes.toml");
    let arguments = ["--lock", lock.to_str().unwrap(), "--routes", routes.to_str().unwrap()];
    let listed = command(&[&["routes", "list", "--json"], &arguments[..]].concat(), house.folder.path(), &[]);
    let rows: Vec<Value> = serde_json::from_str(&listed.stdout).unwrap();
    let log = house.gateway.log();
    let asked = |route: &str| log.iter().any(|line| line["route"] == route && line["owner"] == "legacy");
    let keys = rows.iter().map(|row| row["route"].as_str().unwrap().to_owned());
    let lock = Lock::parse(&std::fs::read_to_string(lock).unwrap()).unwrap();
    let matcher = Matcher::new(&lock).unwrap();
    let of_the_lock = |key: &str| matcher.routes().iter().any(|route| route.key.as_str() == key);
    keys.filter(|key| of_the_lock(key) && !asked(key)).collect()
}

/// Puts the database back to the sample's rows under its old name; the legacy's pool finds out by its ping.
async fn reset(database_url: &str) {
    let (_, name) = database_url.rsplit_once('/').unwrap();
    let (client, connection) = tokio_postgres::connect(&admin_database(), NoTls).await.unwrap();
    let work = async move {
        client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE sample")).await
    };
    let (done, closed) = tokio::join!(work, connection);
    done.and(closed).unwrap();
}
