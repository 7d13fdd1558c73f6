//! While the database is away: a route goes by what is known, or says that it cannot know.

use std::time::Duration;

use compat_tests::client::Answer;
use tokio::time::Instant;

use super::scene::{ME, Scene, ask, metric, status};
use crate::{
    chaos::proxy::{Proxy, Wire},
    house::{House, PATIENCE, Setting, promptness::done_within, routes},
};

const TASKS: &str = "/api/tasks";
/// What a gateway says of a database that is away.
pub(super) const COMPLAINTS: [&str; 5] = [
    "database is away",
    "database cannot be used",
    "connection to the database ended",
    "degraded",
    "revocations are not heard of at once",
];

async fn unavailable(house: &House, target: &str, token: &str) -> Answer {
    let started = Instant::now();
    loop {
        let answer = ask(house, "GET", target, token).await;
        if answer.status == 503 {
            return answer;
        }
        assert_eq!(answer.status, 200);
        assert!(started.elapsed() < PATIENCE, "it is never in doubt");
    }
}

/// In front of a database that can be taken away.
pub(super) async fn behind(scene: &Scene, auth: &str, entries: &[(&str, &str)]) -> (Proxy, Setting) {
    let server: tokio_postgres::Config = scene.database_url.parse().unwrap();
    let port = server.get_ports()[0];
    let proxy = Proxy::before(([127, 0, 0, 1], port).into()).await;
    let mut setting = scene.setting(auth);
    let address = proxy.address().port();
    setting.database_url = scene.database_url.replace(&format!(":{port}/"), &format!(":{address}/"));
    setting.routes = routes(entries);
    (proxy, setting)
}

async fn check(auth: &str, entries: &[(&str, &str)], sure: &str, unsure: &str) {
    let scene = Scene::open().await;
    let (proxy, setting) = behind(&scene, auth, entries).await;
    let ((revoked, first), (_, second)) = (scene.session(1).await, scene.session(1).await);
    assert_eq!(scene.auth(&["revoke", "--session", &revoked.to_string()]).code, Some(0));
    let house = House::open(&setting).await;
    assert_eq!([status(&house, &first).await, status(&house, &second).await], [401, 200]);
    proxy.switch(Wire::Refuse);
    let answer = unavailable(&house, sure, &second).await;
    assert_eq!(answer.text(), r#"{"detail":"Service Unavailable"}"#);
    assert_eq!(answer.headers.one("retry-after").unwrap(), "2");
    // What is known stays known, and nobody waits for the rest.
    let all = async || {
        assert_eq!(ask(&house, "GET", unsure, &second).await.status, 200);
        assert_eq!(ask(&house, "GET", unsure, &first).await.status, 401);
        assert_eq!(ask(&house, "GET", sure, &first).await.status, 401);
        assert_eq!(ask(&house, "GET", sure, &second).await.status, 503);
    };
    done_within(Duration::from_millis(400), all).await;
    assert!(metric(&house, "gateway_revocations_staleness_seconds").await > 2.0);
    assert!(metric(&house, "gateway_revocations_polls_total{result=\"bad\"}").await >= 1.0);
    proxy.switch(Wire::Pass);
    let started = Instant::now();
    while ask(&house, "GET", sure, &second).await.status != 200 {
        assert!(started.elapsed() < PATIENCE, "it stays in doubt");
    }
    house.close_expecting(&COMPLAINTS);
}

#[tokio::test]
async fn a_route_that_has_to_be_sure_says_so_itself() {
    check("", &[("GET /api/tasks", "{ on_stale = \"deny\" }")], TASKS, ME).await;
}

#[tokio::test]
async fn every_route_has_to_be_sure_but_one_that_says_otherwise() {
    check("on_stale = \"deny\"", &[("GET /users/me", "{ on_stale = \"degrade\" }")], TASKS, ME).await;
}

/// Where nobody has to say who they are, somebody who does may have been logged out as well.
#[tokio::test]
async fn a_token_that_nobody_asked_for_is_in_doubt_like_any_other() {
    const FEED: &str = "/api/feed";
    for (auth, status) in [("on_stale = \"deny\"", 503), ("on_stale = \"degrade\"", 200)] {
        let scene = Scene::open().await;
        let (proxy, setting) = behind(&scene, auth, &[("GET /users/me", "{ on_stale = \"deny\" }")]).await;
        let ((revoked, first), (_, second)) = (scene.session(1).await, scene.session(1).await);
        assert_eq!(scene.auth(&["revoke", "--session", &revoked.to_string()]).code, Some(0));
        let house = House::open(&setting).await;
        for token in [&first, &second] {
            assert_eq!(ask(&house, "GET", FEED, token).await.status, 200);
        }
        proxy.switch(Wire::Refuse);
        unavailable(&house, ME, &second).await;
        assert_eq!(ask(&house, "GET", FEED, &second).await.status, status, "{auth}");
        // Of this one it is known, and who has none is asked nothing.
        assert_eq!(ask(&house, "GET", FEED, &first).await.status, 200, "{auth}");
        assert_eq!(house.get(FEED, &[]).await.status, 200, "{auth}");
        house.close_expecting(&COMPLAINTS);
    }
}

/// A database may fail right after it has stored a logout: here whoever looks waits for a lock, and whoever logs out does
/// not.
#[tokio::test]
async fn who_was_told_that_they_are_logged_out_is_refused_though_nobody_can_look() {
    let scene = Scene::open().await;
    let house = scene.gateway().await;
    let ((_, one), (_, all), (_, other)) =
        (scene.session(1).await, scene.session(2).await, scene.session(2).await);
    for token in [&one, &all, &other] {
        assert_eq!(status(&house, token).await, 200);
    }
    scene.database.batch_execute("BEGIN; LOCK TABLE gateway.revoked_token").await.unwrap();
    for (target, token) in [("/auth/logout", &one), ("/auth/logout-all", &all)] {
        assert_eq!(ask(&house, "POST", target, token).await.status, 204);
        assert_eq!(status(&house, token).await, 401, "{target}");
    }
    assert_eq!(status(&house, &other).await, 401);
    scene.database.batch_execute("COMMIT").await.unwrap();
    house.close_expecting(&COMPLAINTS);
}

#[tokio::test]
async fn a_gateway_that_starts_without_its_database_serves_by_the_same_rule() {
    let scene = Scene::open().await;
    let (proxy, setting) = behind(&scene, "", &[("GET /api/tasks", "{ on_stale = \"deny\" }")]).await;
    let (revoked, token) = scene.session(1).await;
    assert_eq!(scene.auth(&["revoke", "--session", &revoked.to_string()]).code, Some(0));
    proxy.switch(Wire::Refuse);
    let house = House::open(&setting).await;
    assert_eq!(ask(&house, "GET", ME, &token).await.status, 200);
    assert_eq!(ask(&house, "GET", TASKS, &token).await.status, 503);
    proxy.switch(Wire::Pass);
    super::scene::refused_after(&house, &token).await;
    assert_eq!(ask(&house, "GET", TASKS, &token).await.status, 401);
    house.close_expecting(&COMPLAINTS);
}
