//! What can be seen of the gateway from outside: one line a request, health, metrics, and an orderly end.

mod documented;
mod log;
mod metrics;
mod ready;
mod unread;

use std::sync::Arc;

use compat_tests::{client::Client, sample::Version};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, TASK, bearer, shared, token},
};

#[tokio::test]
async fn the_routes_page_counts_what_each_route_was_asked_and_who_answered() {
    let house = House::open(&Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")])).await;
    let authorization = bearer(&token(1));
    let asked = [("authorization", authorization.as_str())];
    let mut client = house.client().await;
    for (target, headers) in
        [("/api/tasks/1", &asked[..]), ("/api/tasks/1", &asked), ("/api/tasks/1", &[]), ("/nowhere", &[])]
    {
        client.request("GET", target, headers, b"").await.unwrap();
    }
    house.write_routes(&crate::house::routes(&[]), "routes file taken").await;
    client.request("GET", "/api/tasks/1", &asked, b"").await.unwrap();
    house.wait_told("request", 5).await;

    let answer = house.admin("/api/routes").await;
    assert_eq!((answer.status, answer.headers.one("content-type")), (200, Some("application/json")));
    let page: Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!(page["revision"], 2);
    assert!(page["uptime_seconds"].as_f64().unwrap() > 0.0, "{page}");
    let listed = page["routes"].as_array().unwrap();
    let names: Vec<_> = listed.iter().map(|row| row["route"].as_str().unwrap()).collect();
    let lock = std::fs::read_to_string(&shared(Version::Newest).lock).unwrap();
    let lock = gateway::routes::lock::Lock::parse(&lock).unwrap();
    let matcher = gateway::routes::matching::Matcher::new(&lock).unwrap();
    let matcher = matcher.with_added(&gateway::native::added()).unwrap();
    let known: Vec<_> = matcher.all_routes().iter().map(|route| route.key.as_str()).collect();
    assert_eq!(names, known);

    let row = |list: &str, route: &str| {
        let mut row =
            page[list].as_array().unwrap().iter().find(|row| row["route"] == route).unwrap().clone();
        // How long it took is another run's business; that it was measured is not.
        for (_, milliseconds) in row.get_mut("p95_ms").and_then(Value::as_object_mut).into_iter().flatten() {
            assert!(milliseconds.as_f64().unwrap() > 0.0);
            *milliseconds = "measured".into();
        }
        row
    };
    assert_eq!(
        row("routes", TASK),
        json!({
            "route": TASK, "owner": "legacy", "auth": "token",
            "requests": {"gateway": {"4xx": 1}, "legacy": {"2xx": 1}, "native": {"2xx": 2}},
            "share_native": 0.667,
            "p95_ms": {"gateway": "measured", "legacy": "measured", "native": "measured"},
        })
    );
    assert_eq!(
        row("routes", "GET /users/me"),
        json!({"route": "GET /users/me", "owner": "legacy", "auth": "token", "requests": {}})
    );
    assert_eq!(
        row("other", "(unlisted)"),
        json!({"route": "(unlisted)", "requests": {"legacy": {"4xx": 1}}, "share_native": 0.0,
               "p95_ms": {"legacy": "measured"}})
    );
    assert_eq!(row("other", "(refused)"), json!({"route": "(refused)", "requests": {}}));
    house.close();
}

#[tokio::test]
async fn on_sigterm_what_has_begun_is_finished_and_nothing_new_is_taken() {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell_asked, wait_go) = (Arc::clone(&asked), Arc::clone(&go));
    let legacy = FakeLegacy::play(move |mut connection| {
        let (asked, go) = (Arc::clone(&tell_asked), Arc::clone(&wait_go));
        async move {
            connection.request().await?;
            asked.notify_one();
            go.notified().await;
            connection.answer("finished").await
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    client.begin("GET", "/health", &[]).await.unwrap();
    asked.notified().await;

    let (public, admin) = (house.gateway.public(), house.gateway.admin());
    let mut idle_admin = Client::connect(admin).await.unwrap();
    let (gateway, folder) = (house.gateway, house.folder);
    let stopping = tokio::task::spawn_blocking(move || {
        let mut gateway = gateway;
        let status = gateway.stop();
        (gateway, status)
    });
    // The first thing that can be seen of the end is that readiness is gone.
    while idle_admin.request("GET", "/readyz", &[], b"").await.unwrap().status == 200 {}
    while Client::connect(public).await.is_ok() {}
    go.notify_one();
    let head = client.head().await.unwrap();
    assert_eq!((head.status, head.headers.one("connection")), (200, Some("close")));
    assert_eq!(client.rest().await.unwrap(), "finished");
    let (gateway, status) = stopping.await.unwrap();
    assert!(status.unwrap().success(), "{}", gateway.errors());
    drop(folder);
}

#[tokio::test]
async fn a_sigterm_right_after_the_listeners_opened_finds_a_drain() {
    let setting = Setting::sample(Version::Newest);
    for _ in 0..5 {
        House::open(&setting).await.close();
    }
}
