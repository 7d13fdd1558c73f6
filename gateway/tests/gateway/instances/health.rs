//! Active checks: who fails them gets nothing, until all fail them.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::Value;

use super::{metric, named, of, setting};
use crate::{
    fake_legacy::{FakeLegacy, header},
    house::House,
};

const UNHEALTHY: &str = "legacy instance unhealthy";
const HEALTHY: &str = "legacy instance healthy again";
const OPEN: &str = "no legacy instance is healthy";
const CHECKS: &str = "health = { path = \"/up?full=1\", interval = \"100ms\", healthy = 2, unhealthy = 2 }";

/// Answers with its name, and its health checks as the switch says.
async fn switched(name: &'static str) -> (FakeLegacy, Arc<AtomicBool>) {
    let well = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&well);
    let legacy = FakeLegacy::play(move |mut connection| {
        let well = Arc::clone(&switch);
        async move {
            loop {
                let head = connection.head().await?;
                if !head.starts_with("GET /up?full=1 HTTP/1.1\r\n") {
                    connection.execute();
                    connection.answer(name).await?;
                    continue;
                }
                assert!(header(&head, "user-agent").unwrap().starts_with("gateway-health/"), "{head}");
                assert!(header(&head, "host").unwrap().starts_with("127.0.0.1:"), "{head}");
                let status = if well.load(Ordering::SeqCst) { "204 No Content" } else { "503 Not Now" };
                connection.send(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n")).await?;
            }
        }
    })
    .await;
    (legacy, well)
}

async fn only(house: &House, name: &str) {
    for _ in 0..40 {
        assert_eq!(house.get("/health", &[]).await.text(), name);
    }
}

#[tokio::test]
async fn who_fails_its_checks_gets_nothing_until_it_passes_them_again() {
    let ((one, well), two) = (switched("one").await, switched("two").await.0);
    let house = House::open(&setting(&[one.address(), two.address()], CHECKS)).await;
    well.store(false, Ordering::SeqCst);
    house.wait_told(UNHEALTHY, 1).await;
    only(&house, "two").await;
    assert_eq!(metric(&house, &of("healthy", one.address())).await, Some(0));
    let page: Value = serde_json::from_str(&house.admin("/api/legacy").await.text()).unwrap();
    assert_eq!((&page["fails_open"], &page["instances"][0]["healthy"]), (&false.into(), &false.into()));
    assert_eq!(page["instances"][1]["instance"], two.address().to_string());

    well.store(true, Ordering::SeqCst);
    house.wait_told(HEALTHY, 1).await;
    let before = one.executed();
    while one.executed() == before {
        assert_eq!(house.get("/health", &[]).await.status, 200);
    }
    house.close_expecting(&[UNHEALTHY]);
}

#[tokio::test]
async fn when_all_fail_their_checks_all_are_used() {
    let ((one, well), (two, also)) = (switched("one").await, switched("two").await);
    well.store(false, Ordering::SeqCst);
    also.store(false, Ordering::SeqCst);
    let house = House::open(&setting(&[one.address(), two.address()], CHECKS)).await;
    house.wait_told(OPEN, 1).await;
    assert_eq!(metric(&house, "gateway_legacy_fails_open").await, Some(1));
    while one.executed() == 0 || two.executed() == 0 {
        assert_eq!(house.get("/health", &[]).await.status, 200);
    }
    also.store(true, Ordering::SeqCst);
    house.wait_told("a legacy instance is healthy again", 1).await;
    assert_eq!(metric(&house, "gateway_legacy_fails_open").await, Some(0));
    only(&house, "two").await;
    house.close_expecting(&[UNHEALTHY, OPEN]);
}

#[tokio::test]
async fn one_alone_is_asked_only_where_the_file_says_so_and_a_reload_forgets_what_was_seen() {
    let (one, well) = switched("one").await;
    let house = House::open(&setting(&[one.address()], CHECKS)).await;
    well.store(false, Ordering::SeqCst);
    house.wait_told(UNHEALTHY, 1).await;
    // There is no other.
    only(&house, "one").await;
    house.write_routes(&super::routes(&[one.address()], ""), "routes file taken").await;
    while metric(&house, &of("healthy", one.address())).await != Some(1) {}
    assert_eq!(metric(&house, "gateway_legacy_fails_open").await, Some(0));
    house.close_expecting(&[UNHEALTHY, OPEN]);
}

#[tokio::test]
async fn without_a_path_it_is_enough_to_take_a_connection() {
    let (one, two) = (named("one").await, named("two").await);
    let address = one.address();
    let house = House::open(&setting(
        &[address, two.address()],
        "health = { interval = \"100ms\", unhealthy = 1, timeout = \"10s\" }",
    ))
    .await;
    let checks = format!("gateway_legacy_instance_checks_total{{instance=\"{address}\",result=\"good\"}}");
    while metric(&house, &checks).await.unwrap() < 2 {}
    drop(one);
    house.wait_told(UNHEALTHY, 1).await;
    only(&house, "two").await;
    house.close_expecting(&[UNHEALTHY, "legacy instance ejected"]);
}
