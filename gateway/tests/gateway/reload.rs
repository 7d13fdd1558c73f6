//! `routes.toml` changes while the gateway runs: whole, within a second, and never for the worse.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use compat_tests::sample::Version;
use tokio::sync::{Notify, mpsc};

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, TASK, bearer, promptness::quickest, routes, token},
};

const TAKEN: &str = "routes file taken";
const REFUSED: &str = "routes file refused";

async fn answered_by(house: &House) -> String {
    let authorization = bearer(&token(1));
    let answer = house.get("/api/tasks/1", &[("authorization", &authorization)]).await;
    assert_eq!(answer.status, 200);
    let id = answer.headers.one("x-request-id").unwrap();
    house.gateway.logged_request(id).await.unwrap()["owner"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_owner_changes_there_and_back_within_a_second() {
    let house = House::open(&Setting::sample(Version::Newest)).await;
    assert_eq!(answered_by(&house).await, "legacy");
    let there_and_back = async || {
        let mut longest = Duration::ZERO;
        for owner in ["native", "legacy"] {
            let written = Instant::now();
            house.write_routes(&routes(&[(TASK, &format!("\"{owner}\""))]), TAKEN).await;
            longest = longest.max(written.elapsed());
            assert_eq!(answered_by(&house).await, owner);
        }
        longest
    };
    quickest(Duration::from_secs(1), there_and_back).await;
    house.close();
}

#[tokio::test]
async fn a_bad_file_changes_nothing_and_is_told_with_all_its_mistakes() {
    let house = House::open(&Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")])).await;
    let bad = routes(&[(TASK, "\"nativ\""), ("GET /api/task", "\"legacy\""), ("GET /health", "\"native\"")]);
    house.write_routes(&bad, REFUSED).await;
    let told = house.gateway.logged(Duration::ZERO, |line| line["level"] == "ERROR").await.unwrap();
    let text = told["message"].as_str().unwrap();
    for part in ["`nativ`", "GET /api/tasks", "has no handler"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let metrics = house.admin("/metrics").await.text();
    assert!(metrics.contains("gateway_routes_mistakes 3"), "{metrics}");
    assert!(metrics.contains("gateway_routes_reloads_total{result=\"bad\"} 1"), "{metrics}");
    assert_eq!(answered_by(&house).await, "native");

    // Cut off in the middle of a write, then empty, then gone: still the last good one.
    for broken in ["schema = 1\n[routes]\n\"GET /api/ta", ""] {
        house.write_routes(broken, REFUSED).await;
        assert_eq!(answered_by(&house).await, "native");
    }
    let seen = house.told(REFUSED);
    std::fs::remove_file(house.folder.path().join("routes.toml")).unwrap();
    house.wait_told(REFUSED, seen + 1).await;
    assert_eq!(answered_by(&house).await, "native");

    house.write_routes(&routes(&[]), TAKEN).await;
    assert!(house.admin("/metrics").await.text().contains("gateway_routes_mistakes 0"));
    assert_eq!(answered_by(&house).await, "legacy");
    house.close_expecting(&[REFUSED]);
}

#[tokio::test]
async fn what_a_start_would_refuse_a_reload_refuses_too() {
    let mut setting = Setting::sample(Version::Newest);
    let urls = format!("schema = 1\n[legacy]\nurls = [\"{}\"]\n", setting.legacy_url);
    setting.routes = urls;
    setting.legacy_url = String::new();
    let house = House::open(&setting).await;
    assert_eq!(answered_by(&house).await, "legacy");
    house.write_routes("schema = 1\n", REFUSED).await;
    assert_eq!(answered_by(&house).await, "legacy");
    house.close_expecting(&[REFUSED]);
}

#[tokio::test]
async fn every_way_of_replacing_a_file_is_seen() {
    let house = House::open(&Setting::sample(Version::Newest)).await;
    let file = house.folder.path().join("routes.toml");
    let native = routes(&[(TASK, "\"native\"")]);
    let legacy = routes(&[(TASK, "\"legacy\"")]);

    // In place, as `sed` without -i or a single-file mount does it.
    let seen = house.told(TAKEN);
    std::fs::write(&file, &native).unwrap();
    // Truncating and writing are two changes; the first, a file without a schema, is nothing to report.
    house.wait_told(TAKEN, seen + 1).await;
    assert_eq!(answered_by(&house).await, "native");

    // By rename, as editors do.
    house.write_routes(&legacy, TAKEN).await;
    assert_eq!(answered_by(&house).await, "legacy");

    // By a symlink that is swapped, as Kubernetes does with a ConfigMap: the file's own name never changes.
    let versions = [("..one", &legacy), ("..two", &native)];
    for (folder, text) in versions {
        std::fs::create_dir(house.folder.path().join(folder)).unwrap();
        std::fs::write(house.folder.path().join(folder).join("routes.toml"), text).unwrap();
    }
    swap(house.folder.path(), "..one", "..data");
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("..data/routes.toml", &file).unwrap();
    let seen = house.told(TAKEN);
    swap(house.folder.path(), "..two", "..data");
    house.wait_told(TAKEN, seen + 1).await;
    assert_eq!(answered_by(&house).await, "native");
    house.close();
}

/// Points the link `name` at another folder in one step.
fn swap(folder: &Path, target: &str, name: &str) {
    let draft = folder.join("..draft");
    std::os::unix::fs::symlink(target, &draft).unwrap();
    std::fs::rename(draft, folder.join(name)).unwrap();
}

#[tokio::test]
async fn a_request_keeps_the_configuration_it_began_with() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            connection.chunk("first").await?;
            if head.starts_with("GET /files/slow") {
                // Ends when the client has seen the toggle and goes away.
                while !connection.read().await?.is_empty() {}
                return Ok(());
            }
            connection.chunk("").await?;
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut slow = house.client().await;
    slow.begin("GET", "/files/slow", &[("x-request-id", "slow")]).await.unwrap();
    assert_eq!(slow.head().await.unwrap().status, 200);
    assert_eq!(slow.chunk().await.unwrap().unwrap(), "first");

    house.write_routes(&routes(&[("GET /files/{path:path}", "\"deny\"")]), TAKEN).await;
    assert_eq!(house.get("/files/new", &[]).await.status, 404);
    drop(slow);
    let line = house.gateway.logged_request("slow").await.unwrap();
    assert_eq!((line["owner"].as_str(), line["status"].as_u64()), (Some("legacy"), Some(200)));
    house.close();
}

#[tokio::test]
async fn who_is_let_in_by_one_file_is_answered_by_it() {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let waiting = Arc::clone(&go_on);
    let legacy = FakeLegacy::play(move |mut connection| {
        let (arrived, go_on) = (arrived.clone(), Arc::clone(&waiting));
        async move {
            loop {
                connection.request().await?;
                let _ = arrived.send(());
                go_on.notified().await;
                connection.answer("reached").await?;
            }
        }
    })
    .await;
    let mut setting = Setting::in_front_of(legacy.address());
    let denied = routes(&[("GET /files/{path:path}", "{ owner = \"deny\", status = 403 }")]);
    setting.routes = format!("{denied}[refuse]\nfragment = \"report\"\n");
    let house = House::open(&setting).await;
    let mut client = house.client().await;
    // The second is judged as it comes, and its turn is when the first has been answered.
    let first = "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n";
    let second = "GET /files/x#y HTTP/1.1\r\nhost: a\r\nx-request-id: second\r\n\r\n";
    client.send([first, second].concat().as_bytes()).await.unwrap();
    arrivals.recv().await.unwrap();
    house.write_routes(&routes(&[("GET /files/{path:path}", "\"legacy\"")]), TAKEN).await;
    go_on.notify_one();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.rest().await.unwrap(), "reached");
    assert_eq!(client.head().await.unwrap().status, 403, "neither file lets this reach the legacy");
    let line = house.gateway.logged_request("second").await.unwrap();
    assert_eq!((line["owner"].as_str(), line["revision"].as_u64()), (Some("deny"), Some(1)));
    let after = house.get("/files/x#y", &[]).await;
    let line = house.gateway.logged_request(after.headers.one("x-request-id").unwrap()).await.unwrap();
    assert_eq!((after.status, line["revision"].as_u64()), (400, Some(2)));
    assert_eq!(legacy.executed(), 1);
    house.close();
}
