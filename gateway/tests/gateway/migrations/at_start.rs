//! `run` and the schema: brought up to date when told, by one of two; and not ready while it is too old.

use compat_tests::{gateway_process::GatewayProcess, sample::Version};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    task::{JoinSet, yield_now},
    time::timeout,
};

use super::workshop::{Workshop, table};
use crate::house::{House, PATIENCE, Setting, command, database, environment};

fn setting(workshop: &Workshop) -> Setting {
    let mut setting = Setting::sample(Version::Newest);
    setting.database_url.clone_from(&workshop.url);
    setting
}

/// A house whose migrations are the workshop's.
async fn start(workshop: &Workshop, setting: &Setting, arguments: &[&str]) -> House {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
    let mut environment = environment(setting);
    let migrations = workshop.folder.path().join("migrations").to_str().unwrap().to_owned();
    environment.push(("MIGRATIONS_DIR", migrations));
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_gateway"));
    let gateway = GatewayProcess::start_with(binary, arguments, folder.path(), &pairs).await.unwrap();
    House { gateway, folder }
}

async fn readiness(house: &House) -> (u16, Value) {
    let answer = house.admin("/readyz").await;
    (answer.status, serde_json::from_str(&answer.text()).unwrap())
}

/// Until the schema has been looked at, nobody is ready.
async fn wait_ready(house: &House) {
    let ready = async {
        while readiness(house).await.0 != 200 {
            yield_now().await;
        }
    };
    timeout(PATIENCE, ready).await.unwrap();
}

fn three() -> [(&'static str, String, String); 3] {
    [table("V0001__first", "first"), table("V0002__second", "second"), table("V0003__third", "third")]
}

#[tokio::test]
async fn two_that_are_told_to_migrate_both_serve_and_one_does_the_work() {
    let workshop = Workshop::open(&three()).await;
    let setting = setting(&workshop);
    let (one, two) =
        tokio::join!(start(&workshop, &setting, &["--migrate"]), start(&workshop, &setting, &["--migrate"]));
    assert_eq!(one.told("migration applied") + two.told("migration applied"), 3);
    for house in [&one, &two] {
        assert_eq!(house.told("schema ready"), 1);
        assert_eq!(readiness(house).await, (200, json!({ "status": "ready", "degraded": [] })));
    }
    assert_eq!(workshop.versions().await, ["1", "2", "3"]);
    one.close();
    two.close();
}

#[tokio::test]
async fn a_migration_that_fails_starts_nothing_and_without_being_told_none_is_run() {
    let workshop = Workshop::open(&three()).await;
    let setting = setting(&workshop);
    let house = start(&workshop, &setting, &[]).await;
    house.wait_told("schema too old", 1).await;
    assert!(!workshop.is_there("gateway.schema_history").await);
    house.close_expecting(&["schema too old"]);

    workshop.write(
        "V0003__third.up.sql",
        "-- gateway: phase=expand transaction=on reversible=lossless\nCREATE TABLE gateway.first (a int);\n",
    );
    let folder = workshop.folder.path();
    std::fs::write(folder.join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.join("legacy.toml"), &setting.profile).unwrap();
    let environment = environment(&setting);
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ended = command(&["run", "--migrate"], folder, &pairs);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    for part in ["migrations/V0003__third.up.sql:2:1: SQLSTATE 42P07", "nothing was started"] {
        assert!(ended.stderr.contains(part), "{part} in {}", ended.stderr);
    }
    assert_eq!(workshop.versions().await, ["1", "2"]);
    workshop.write("V0009__gap.up.sql", "");
    let ended = command(&["run", "--migrate"], folder, &pairs);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("V0004 to V0008 are missing before V0009"), "{}", ended.stderr);
}

#[tokio::test]
async fn who_is_told_to_migrate_needs_the_folder() {
    let workshop = Workshop::open(&[]).await;
    let setting = setting(&workshop);
    let folder = workshop.folder.path();
    std::fs::write(folder.join("routes.toml"), &setting.routes).unwrap();
    std::fs::write(folder.join("legacy.toml"), &setting.profile).unwrap();
    let mut environment = environment(&setting);
    environment.push(("MIGRATIONS_DIR", "migratons".to_owned()));
    let pairs: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ended = command(&["run", "--migrate"], folder, &pairs);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    for part in ["migratons: cannot be read: No such file or directory", "nothing was started"] {
        assert!(ended.stderr.contains(part), "{part} in {}", ended.stderr);
    }
}

#[tokio::test]
async fn a_schema_that_is_too_old_is_not_ready_until_it_is_migrated() {
    let workshop = Workshop::open(&three()).await;
    assert_eq!(workshop.migrate(&["up", "--to", "1"]).0, 0);
    let house = start(&workshop, &setting(&workshop), &[]).await;
    house.wait_told("schema too old: the database is at V0001 and this binary needs V0002 or newer", 1).await;
    let page =
        json!({ "status": "schema too old", "degraded": [], "schema": { "database": 1, "oldest": 2 } });
    assert_eq!(readiness(&house).await, (503, page));
    assert!(house.admin("/metrics").await.text().contains("\ngateway_ready 0\n"));
    // One version older is a deploy under way.
    assert_eq!(workshop.migrate(&["up", "--to", "2"]).0, 0);
    house.wait_told("schema new enough: the database is at V0002", 1).await;
    assert_eq!(readiness(&house).await, (200, json!({ "status": "ready", "degraded": [] })));
    house.close_expecting(&["schema too old"]);
}

#[tokio::test]
async fn nobody_is_ready_before_the_schema_was_looked_at() {
    let workshop = Workshop::open(&three()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut setting = setting(&workshop);
    let address = listener.local_addr().unwrap();
    setting.database_url = format!("postgresql://postgres:secret@{address}/postgres");
    // Whoever connects waits for an answer as long as this lives.
    let mut silent = JoinSet::new();
    silent.spawn(async move {
        let mut connections = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            connections.push(connection);
        }
    });
    let house = start(&workshop, &setting, &[]).await;
    let (status, page) = readiness(&house).await;
    assert_eq!((status, &page["status"]), (503, &"schema not known yet".into()), "{page}");
    assert_eq!(page["degraded"][0]["part"], "database", "{page}");
    assert!(house.admin("/metrics").await.text().contains("\ngateway_ready 0\n"));
    // A database that is away makes nobody unready.
    silent.shutdown().await;
    wait_ready(&house).await;
    house.close_expecting(&["degraded", "would not be encrypted"]);
}

#[tokio::test]
async fn a_newer_schema_is_ready_and_a_database_that_is_away_makes_nobody_unready() {
    let workshop = Workshop::open(&three()).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop.remove("V0003__third");
    let house = start(&workshop, &setting(&workshop), &[]).await;
    wait_ready(&house).await;
    house.close();
    workshop.remove("V0002__second");
    let house = start(&workshop, &setting(&workshop), &[]).await;
    house.wait_told("schema newer than this binary: the database is at V0003", 1).await;
    wait_ready(&house).await;
    house.close_expecting(&["schema newer"]);

    // It starts again in a rolling deploy, told to migrate: the newer one has done so.
    let house = start(&workshop, &setting(&workshop), &["--migrate"]).await;
    house
        .wait_told("schema not migrated: the database is at V0003, which a newer release has applied", 1)
        .await;
    wait_ready(&house).await;
    house.close_expecting(&["schema n"]);

    let away = Setting::sample(Version::Newest).without_database();
    let house = start(&workshop, &away, &[]).await;
    house.wait_told("degraded", 1).await;
    wait_ready(&house).await;
    house.close_expecting(&["degraded"]);
}

#[tokio::test]
async fn the_projects_own_migrations_go_up_and_down_beside_the_legacys_tables() {
    let workshop = Workshop::open(&[]).await;
    let own = compat_tests::repository().join("migrations");
    let url = database();
    let environment = [("ENVIRONMENT", "test"), ("DATABASE_URL", url.as_str())];
    let dir = ["--dir", own.to_str().unwrap()];
    for (verb, expected) in [
        (&["migrate", "up"][..], "the database is at V0003\n"),
        (&["migrate", "down", "--to", "0"], "no migration is applied\n"),
        (&["migrate", "up"], "the database is at V0003\n"),
    ] {
        let arguments = [verb, &dir].concat();
        let ended = command(&arguments, workshop.folder.path(), &environment);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stdout.ends_with(expected), "{ended:?}");
    }
}
