//! What is recorded is said in `routes.toml`, while the gateway runs, or on the command line.

use std::collections::BTreeMap;

use compat_tests::client::Client;
use gateway::parity::redaction::Mode;

use super::{TEST_DATA, closed, gaps, open, start, whole};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting, routes},
};

async fn house(record: &str) -> (House, FakeLegacy) {
    let legacy = FakeLegacy::reached().await;
    (open(Setting::in_front_of(legacy.address()), record).await, legacy)
}

#[tokio::test]
async fn a_saved_file_begins_and_ends_a_recording() {
    let (house, _legacy) = house("").await;
    let (off, on) = (routes(&[]), format!("{}\n{TEST_DATA}", routes(&[])));
    // One connection, which is there before anything is recorded.
    let mut client = house.client().await;
    let mut ask =
        async |target| assert_eq!(client.request("GET", target, &[], b"").await.unwrap().status, 200);
    ask("/before").await;
    house.write_routes(&on, "routes file taken").await;
    ask("/first").await;
    house.write_routes(&off, "routes file taken").await;
    ask("/between").await;
    house.wait_told("recording ended", 1).await;
    house.write_routes(&on, "routes file taken").await;
    ask("/second").await;
    house.write_routes(&off, "routes file taken").await;
    house.wait_told("recording ended", 2).await;
    for (folder, target) in [("rec", "/first"), ("rec.2", "/second")] {
        let recording = whole(&house.folder.path().join(folder));
        let targets: Vec<_> = recording.exchanges.iter().map(|exchange| &*exchange.request.target).collect();
        assert_eq!(targets, [target], "{folder}");
    }
    house.close();
}

#[tokio::test]
async fn a_session_is_recorded_whole_or_not_at_all() {
    let (house, _legacy) = house(&format!("{TEST_DATA}sample = 50\n")).await;
    for _ in 0..3 {
        for number in 0..40 {
            house.get(&format!("/{number}"), &[("user-agent", &format!("agent {number}"))]).await;
        }
    }
    let recording = closed(house, 120, &[]).await;
    let mut sessions: BTreeMap<&str, usize> = BTreeMap::new();
    for exchange in &recording.exchanges {
        *sessions.entry(&exchange.request.target).or_default() += 1;
    }
    assert!(sessions.values().all(|count| *count == 3), "{sessions:?}");
    assert!((1..40).contains(&sessions.len()), "{sessions:?}");
    assert_eq!(
        recording.gaps.iter().map(|gap| &*gap.reason).collect::<Vec<_>>(),
        vec!["sampled"; recording.gaps.len()]
    );
}

#[tokio::test]
async fn what_follows_what_is_known() {
    let (house, _legacy) = house(TEST_DATA).await;
    for number in 0..4 {
        let agent = format!("agent {}", number % 2);
        house.get(&format!("/{number}"), &[("user-agent", &agent)]).await;
    }
    let recording = closed(house, 4, &[]).await;
    let known: Vec<_> = recording.exchanges.iter().map(|exchange| (exchange.id, &*exchange.after)).collect();
    assert_eq!(known, [(1, &[][..]), (2, &[1]), (3, &[2]), (4, &[3])]);
    let session = |at: usize| &recording.exchanges[at].session;
    assert_eq!((session(0), session(1)), (session(2), session(3)));
    assert_ne!(session(0), session(1));
    assert!(!session(0).contains("agent") && !session(0).contains("127.0.0.1"), "{}", session(0));
}

#[tokio::test]
async fn a_route_that_is_left_out_is_counted() {
    let (house, _legacy) =
        house(&format!("{TEST_DATA}routes = [\"GET /api/*\"]\nexcept = [\"GET /api/tasks/{{task_id}}\"]\n"))
            .await;
    for target in ["/api/tasks/1", "/api/projects", "/health", "/nowhere"] {
        house.get(target, &[]).await;
    }
    let recording = closed(house, 4, &[]).await;
    let routes: Vec<_> = recording.exchanges.iter().map(|exchange| &*exchange.route).collect();
    assert_eq!((routes, gaps(&recording)), (vec!["GET /api/projects"], 3));
}

#[tokio::test]
async fn the_command_line_names_the_folder_and_the_file_says_the_rest() {
    let legacy = FakeLegacy::reached().await;
    let mut setting = Setting::in_front_of(legacy.address());
    let home = tempfile::tempdir().unwrap();
    for (record, folder, mode) in [("", "named", Mode::Strict), (TEST_DATA, "named.2", Mode::Secrets)] {
        setting.routes = format!("{}\n{record}", routes(&[]));
        let mut gateway = start(&setting, home.path(), &["--record", "named"]).await;
        let mut client = Client::connect(gateway.public()).await.unwrap();
        client.request("GET", "/", &[], b"").await.unwrap();
        gateway.logged(PATIENCE, |line| line["message"] == "request").await.unwrap();
        assert!(gateway.stop().unwrap().success());
        let recording = whole(&home.path().join(folder));
        let manifest = recording.manifest.unwrap();
        assert_eq!((recording.exchanges.len(), manifest.redaction.mode), (1, mode));
        assert!(
            manifest.routes.is_some() && manifest.lock.is_some() && manifest.versions.contains_key("fastapi")
        );
    }
    assert!(!home.path().join("rec").exists());
}
